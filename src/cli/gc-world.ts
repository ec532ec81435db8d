import type { GcWorld } from '../ledger/gc.ts';
import type { Labels } from '../plan/plan.ts';
import type { World } from './world.ts';

/** The variables by which a daemon is found; a ledger keeps them, so that whoever cleans up asks the same daemon. */
export const dockerVariables = (environment: World['environment']): Labels =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => /^DOCKER_(HOST|CONTEXT|CONFIG|TLS_VERIFY|CERT_PATH)$/.test(name)));

/** What `gc`, `ps` and the start of a run look at. */
export async function gcWorld({ stateFolder, owner, environment, connector, clock }: World): Promise<GcWorld> {
  const connect = await connector();
  return { stateFolder, owner, docker: dockerVariables(environment), enginesFor: (over) => connect({ over }), now: clock.now };
}
