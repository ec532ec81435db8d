import type { Engines } from '../engine/ports.ts';
import type { Labels } from '../plan/plan.ts';
import { readLedger } from './ledgers.ts';
import { tryLock } from './lock.ts';
import { reclaim } from './reclaim.ts';
import type { Reclaimed } from './reclaimed.ts';

export interface ReapOptions {
  readonly stateFolder: string;
  /** The machines of the run, by the variables that stand in its ledger. */
  readonly enginesFor: (docker: Labels | undefined) => Engines;
  readonly owner: string;
  readonly now?: () => number;
}

/** For a daemon that starts again, and for a create that ends late. */
const REAPING_MS = 60_000;
const LOCKED_MS = 10 * 60_000;

/**
 * What the reaper does once the runner is gone: clean up after its run. Undefined: there is nothing to do, because the run is
 * kept for a look inside, because everything was given back, or because somebody else is at it.
 */
export async function reap(path: string, { stateFolder, enginesFor, owner, now = Date.now }: ReapOptions): Promise<Reclaimed | undefined> {
  const lock = await tryLock(path.replace(/\.jsonl$/, '.lock'), { owner, expiresAt: now() + LOCKED_MS });
  if (!lock.held) return undefined;
  try {
    const record = await readLedger(path);
    if (!record || now() < (record.keptUntil ?? 0)) return undefined;
    const engines = enginesFor(record.docker);
    return await reclaim(record, { stateFolder, engines, by: 'reaper', now, signal: AbortSignal.timeout(REAPING_MS) });
  } finally {
    await lock.release();
  }
}
