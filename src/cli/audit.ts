import path from 'node:path';
import type { Engines } from '../engine/ports.ts';
import type { Surroundings } from '../execute/surroundings.ts';
import { ledgerFolder } from '../ledger/ledger.ts';
import type { Plan } from '../plan/plan.ts';
import type { World } from './world.ts';

/** `--audit`: what there is before the run, to be compared with what there is after it. */
export async function auditFor(
  { environment, tempFolder, stateFolder, caller }: World,
  plan: Plan,
  engines: Engines,
): Promise<Surroundings['audit']> {
  const { beginAudit } = await import('../ledger/full-audit.ts');
  const dockerConfig = environment['DOCKER_CONFIG'] ?? path.join(caller.home, '.docker');
  return beginAudit(plan, engines, {
    folders: [tempFolder, ledgerFolder(stateFolder)],
    files: [...(environment['KUBECONFIG'] ?? path.join(caller.home, '.kube/config')).split(':'), path.join(dockerConfig, 'config.json')],
  });
}
