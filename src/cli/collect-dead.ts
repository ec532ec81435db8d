import { existsSync, readdirSync } from 'node:fs';
import { ledgerFolder } from '../ledger/ledger.ts';
import { gcWorld } from './gc-world.ts';
import type { World } from './world.ts';

/** What a run may spend on the runs of the dead, beside its own work; it ends with the run. */
const BUDGET_MS = 5_000;

/** Clean up after runs whose runner and reaper are both gone. Costs one look at a folder where there are none. Never rejects. */
export async function collectDead(world: World, over: AbortSignal): Promise<void> {
  const folder = ledgerFolder(world.stateFolder);
  if (!existsSync(folder) || !readdirSync(folder).some((name) => name.endsWith('.jsonl'))) return;
  try {
    const { collectWithin } = await import('../ledger/gc.ts');
    await collectWithin(BUDGET_MS, await gcWorld(world), over);
  } catch (error) {
    await world.stderr.write(`runner: what dead runs left could not be collected: ${(error as Error).message}\n`);
  }
}
