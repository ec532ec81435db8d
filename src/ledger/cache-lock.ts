import { setTimeout as delay } from 'node:timers/promises';
import { RunnerError } from '../errors.ts';
import { cacheLock, recordUse } from './caches.ts';
import { type Locker, tryLock } from './lock.ts';
import { pidOf } from './owner.ts';

export interface CacheLocker extends Locker {
  readonly stateFolder: string;
  /** How long to wait for another run that has it. */
  readonly waitMs?: number;
}

export interface Waiting {
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

const WAIT_MS = 10 * 60_000;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Have a cache to oneself until the returned function is called. One run at a time: most package managers lock their own
 * caches badly, or not at all over a volume. Throws `cache.locked` after `waitMs`, and what the signal says when it aborts.
 */
export async function lockCache(volume: string, { onProgress, signal }: Waiting, locker: CacheLocker): Promise<() => Promise<void>> {
  const { stateFolder, waitMs = WAIT_MS } = locker;
  const deadline = performance.now() + waitMs;
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const lock = await tryLock(cacheLock(stateFolder, volume), locker);
    if (lock.held) {
      await recordUse(stateFolder, volume, (locker.now ?? Date.now)());
      return () => lock.release();
    }
    if (performance.now() >= deadline) throw locked(volume, lock.by, waitMs);
    if (pauseMs === 50) onProgress(`waiting for the cache ${volume}, which process ${pidOf(lock.by)} uses`);
    await delay(pauseMs, undefined, { signal });
  }
}

const locked = (volume: string, owner: string, waitMs: number): RunnerError =>
  new RunnerError('cache.locked', `the cache ${volume} was in use for ${Math.round(waitMs / 1000)} s`, {
    detail: [`process ${pidOf(owner)} holds it`],
    hint: 'Wait for that run (`runner ps`), or give the job a cache of its own name.',
  });
