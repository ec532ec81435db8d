import { existsSync, readdirSync } from 'node:fs';
import { ledgerFolder } from '../ledger/ledger.ts';
import { gcWorld } from './gc-world.ts';
import type { World } from './world.ts';

/** What a run may spend on the runs of the dead, beside its own work. */
const BUDGET_MS = 5_000;

/** The cleaning up after dead runs that goes on beside a run. */
export interface Collecting {
  /** It ends with the run: objects are gone then, but nobody may have waited whether one comes late. False: somebody has to go on. */
  end(): Promise<boolean>;
}

/** Clean up after runs whose runner and reaper are both gone. Costs one look at a folder where there are none. */
export function collectDead(world: World): Collecting {
  const over = new AbortController();
  const collecting = collect(world, over.signal);
  return {
    end() {
      over.abort();
      return collecting;
    },
  };
}

async function collect(world: World, over: AbortSignal): Promise<boolean> {
  const folder = ledgerFolder(world.stateFolder);
  try {
    if (!existsSync(folder) || readdirSync(folder).length === 0) return true;
    const { collectWithin, isOver } = await import('../ledger/gc.ts');
    const collected = await collectWithin(BUDGET_MS, await gcWorld(world), over);
    return collected.every(isOver);
  } catch (error) {
    await world.stderr.write(`runner: what dead runs left could not be collected: ${(error as Error).message}\n`);
    return true;
  }
}
