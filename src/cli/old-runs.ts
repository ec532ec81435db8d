import { existsSync } from 'node:fs';
import { stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ledgerFolder } from '../ledger/ledger.ts';
import { alivenessOf } from '../ledger/owner.ts';
import { type Retention, type Surplus, surplus } from '../report/stored/retention.ts';
import { forgetRun, forgetTheRest, runFolders } from '../report/stored/run-folders.ts';
import { readRun } from '../report/stored-runs.ts';
import type { World } from './world.ts';

type Past = Pick<World, 'stateFolder' | 'clock'>;

/** The stored runs that are not kept any longer, and why. Never one that goes on, is kept for a look inside, or has left something. */
export async function oldRuns({ stateFolder, clock }: Past, retention: Retention): Promise<readonly Surplus[]> {
  const now = clock.now();
  const all = surplus(await runFolders(stateFolder), retention, now);
  return all.filter((one) => !isNeeded(one, { stateFolder, now }));
}

/** A run whose folder says nothing yet has just begun, unless it was torn long ago. */
const TORN_MS = 3_600_000;

/** Where nobody can tell whether the runner lives, it has had the longest time that a run may take. */
const UNKNOWN_MS = 24 * 86_400_000;

function isNeeded({ run, startedAt }: Surplus, { stateFolder, now }: { readonly stateFolder: string; readonly now: number }): boolean {
  if (existsSync(path.join(ledgerFolder(stateFolder), `${run}.jsonl`))) return true;
  const stored = readRun(stateFolder, run);
  if (!stored) return now - startedAt < TORN_MS;
  if (stored.status !== 'running') return false;
  const life = alivenessOf(stored.owner);
  return life === 'alive' || (life === 'unknown' && now - startedAt < UNKNOWN_MS);
}

/** What a run may spend on the past, beside its own work. */
const BUDGET_MS = 2_000;
const EVERY_MS = 3_600_000;

/**
 * Forgets old runs beside a new one, once an hour at most, until that is told to end; what does not fit before, or into the
 * budget, is the next one's. Costs a look at a file where nothing is due.
 */
export function forgetBeside(world: Past & Pick<World, 'stderr'>, retention: Retention): { end(): Promise<void> } {
  const over = new AbortController();
  const forgetting = forgetOldRuns(world, retention, over.signal).catch(
    (error: Error) => void world.stderr.write(`runner: old runs could not be forgotten: ${error.message}\n`),
  );
  return {
    end() {
      over.abort();
      return forgetting;
    },
  };
}

async function forgetOldRuns(past: Past, retention: Retention, over: AbortSignal): Promise<void> {
  const mark = path.join(past.stateFolder, 'runs.looked-at');
  const before = await stat(mark).catch(() => undefined);
  const now = past.clock.now();
  if (before && now - before.mtimeMs < EVERY_MS) return;
  await writeFile(mark, '');
  const end = AbortSignal.any([over, AbortSignal.timeout(BUDGET_MS)]);
  await forgetTheRest(past.stateFolder);
  for (const { run } of await oldRuns(past, retention)) {
    if (end.aborted) return utimes(mark, 0, 0);
    await forgetRun(past.stateFolder, run);
  }
}
