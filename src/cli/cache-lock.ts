import { createHash } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RunnerError } from '../errors.ts';
import type { Surroundings } from '../execute/surroundings.ts';
import { tryLock } from '../ledger/lock.ts';
import { pidOf } from '../ledger/owner.ts';
import type { World } from './world.ts';

/** A run that holds a cache for longer than this is more likely stuck than busy. */
const WAIT_MS = 30 * 60_000;
const ASK_EVERY_MS = 200;

/** One run at a time uses a cache: two package managers that write into one folder corrupt it. Throws `cache.locked`. */
export const cacheLockFor =
  ({ stateFolder, owner, clock }: World): Surroundings['lockCache'] =>
  async (name, { onProgress, signal }) => {
    const file = path.join(stateFolder, 'caches', `${createHash('sha256').update(name).digest('hex').slice(0, 16)}.lock`);
    const startMs = clock.now();
    while (clock.now() - startMs < WAIT_MS) {
      signal.throwIfAborted();
      const lock = await tryLock(file, { owner, expiresAt: startMs + WAIT_MS });
      if (lock.held) return () => lock.release();
      onProgress(`waiting for cache ${name}, in use by process ${pidOf(lock.by)}`);
      await delay(ASK_EVERY_MS, undefined, { signal });
    }
    throw new RunnerError('cache.locked', `cache ${name} was in use for ${WAIT_MS / 60_000} minutes`, {
      hint: 'See `runner ps` for who uses it.',
    });
  };
