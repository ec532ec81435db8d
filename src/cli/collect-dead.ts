import { existsSync, readdirSync } from 'node:fs';
import { ledgerFolder } from '../ledger/ledger.ts';
import type { Retention } from '../report/stored/retention.ts';
import { gcWorld } from './gc-world.ts';
import { forgetOldRuns } from './old-runs.ts';
import type { World } from './world.ts';

/** What a run may spend on the runs of the dead, beside its own work. */
const BUDGET_MS = 5_000;

/** The cleaning up after the runs of the past that goes on beside a run. */
export interface Collecting {
  /** It ends with the run: objects are gone then, but nobody may have waited whether one comes late. False: somebody has to go on. */
  end(): Promise<boolean>;
}

/**
 * Clean up after runs whose runner and reaper are both gone, and forget stored runs that need not be kept any longer. Costs a
 * look at a folder and one at a file where there is nothing to do.
 */
export function collectDead(world: World, retention: Retention): Collecting {
  const over = new AbortController();
  const collecting = collect(world, over.signal);
  const forgetting = forgetOldRuns(world, retention, over.signal).catch((error: Error) =>
    world.stderr.write(`runner: runs of the past could not be forgotten: ${error.message}\n`),
  );
  return {
    async end() {
      over.abort();
      await forgetting;
      return collecting;
    },
  };
}

async function collect(world: World, over: AbortSignal): Promise<boolean> {
  const folder = ledgerFolder(world.stateFolder);
  try {
    if (!existsSync(folder) || readdirSync(folder).length === 0) return true;
    const { collectWithin } = await import('../ledger/gc.ts');
    const collected = await collectWithin(BUDGET_MS, await gcWorld(world), over);
    return collected.every(({ reclaimed }) => reclaimed?.isDone ?? true);
  } catch (error) {
    await world.stderr.write(`runner: what dead runs left could not be collected: ${(error as Error).message}\n`);
    return true;
  }
}
