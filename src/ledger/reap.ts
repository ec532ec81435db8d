import { setTimeout as delay } from 'node:timers/promises';
import type { Engines } from '../engine/ports.ts';
import type { Labels } from '../plan/plan.ts';
import { readLedger, tidyLedgers } from './ledgers.ts';
import { type Lock, tryLock } from './lock.ts';
import { reclaim } from './reclaim.ts';
import type { Reclaimed } from './reclaimed.ts';
import { tidySlots } from './slots.ts';

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
const ASK_EVERY_MS = 500;

/**
 * What the reaper does once the runner is gone: clean up after its run. Undefined: there is nothing to do, because the run is
 * kept for a look inside, or because everything was given back.
 */
export async function reap(path: string, { stateFolder, enginesFor, owner, now = Date.now }: ReapOptions): Promise<Reclaimed | undefined> {
  const signal = AbortSignal.timeout(REAPING_MS);
  const locker = { owner, expiresAt: now() + LOCKED_MS, now };
  const lock = await waitForLock(path.replace(/\.jsonl$/, '.lock'), locker, signal);
  if (!lock.held) return undefined;
  try {
    await tidyLedgers(stateFolder);
    await tidySlots(stateFolder, locker);
    const record = await readLedger(path);
    if (!record || now() < (record.keptUntil ?? 0)) return undefined;
    return await reclaim(record, { stateFolder, engines: enginesFor(record.docker), by: 'reaper', now, signal });
  } finally {
    await lock.release();
  }
}

/** Who has it cleans up after the run, but may be a runner that starts and is killed, too. */
async function waitForLock(path: string, locker: Parameters<typeof tryLock>[1], signal: AbortSignal): Promise<Lock> {
  for (;;) {
    const lock = await tryLock(path, locker);
    if (lock.held || signal.aborted) return lock;
    await delay(ASK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
