import path from 'node:path';
import type { RunLedger } from '../execute/surroundings.ts';
import { ledgerFolder, openLedger } from '../ledger/ledger.ts';
import { startReaper } from '../ledger/reaper.ts';
import type { Plan } from '../plan/plan.ts';
import { resourcesOf } from '../plan/resources-of.ts';
import type { Collecting } from './collect-dead.ts';
import { dockerVariables } from './gc-world.ts';
import type { World } from './world.ts';

/** A run cleans up after its time-out; nobody needs its objects an hour later. */
const EXPIRY_SLACK_MS = 3_600_000;

/** The run's own folder, and the context that a flag named: whoever cleans up has to ask the same daemon. */
export interface LedgerPlace {
  readonly folder: string;
  readonly dockerContext: string | undefined;
  /** What goes on after dead runs beside this one; the reaper goes on with it when it ends too early. */
  readonly dead: Collecting;
}

/**
 * What the run owns, on disk, and a process that gives it back if this one can't: both before any of it exists.
 * Throws `state.unwritable`, `host.disk-full` or `host.failed`.
 */
export async function ledgerFor(world: World, plan: Plan, { folder, dockerContext, dead }: LedgerPlace): Promise<RunLedger> {
  const { stateFolder, environment, reaper: program } = world;
  const ledgerPath = path.join(ledgerFolder(stateFolder), `${plan.run}.jsonl`);
  const reaper = startReaper({ ...program, logPath: path.join(folder, 'reaper.log'), ledgerPath, stateFolder, environment });
  const [ledger] = await Promise.all([openLedger(stateFolder, headerOf(world, plan, dockerContext), resourcesOf(plan)), reaper.ready]);
  return {
    own: (resource) => ledger.own(resource),
    removed: (resource) => ledger.removed(resource),
    async keep(untilMs) {
      await ledger.keep(untilMs);
      await reaper.wait(untilMs);
    },
    async close() {
      await ledger.close();
      await ((await dead.end()) ? reaper.dismiss() : reaper.collect());
    },
    async leave() {
      await ledger.leave();
      reaper.unleash();
    },
  };
}

function headerOf({ environment, owner, clock }: World, { run, name, pattern, file, timeoutMs }: Plan, dockerContext: string | undefined) {
  const now = clock.now();
  const docker =
    pattern === 'host'
      ? {}
      : {
          docker: dockerVariables(
            dockerContext === undefined ? environment : { ...environment, DOCKER_CONTEXT: dockerContext, DOCKER_HOST: '' },
          ),
        };
  return { run, name, pattern, file, owner, openedAt: now, expiresAt: now + timeoutMs + EXPIRY_SLACK_MS, ...docker };
}
