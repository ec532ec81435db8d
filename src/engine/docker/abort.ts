import { setTimeout as delay } from 'node:timers/promises';
import type { Exit, RunOptions } from '../ports.ts';

/** Exit codes by which a shell tells of SIGKILL and SIGTERM. */
export const KILLED = 137;
const TERMINATED = 143;

/** The end of what was never started because it was called off before. */
export const calledOff = ({ killAfterMs }: RunOptions): Exit => ({ code: killAfterMs() === 0 ? KILLED : TERMINATED, oomKilled: false });

/**
 * Kills when the signal aborts, with the grace that is asked for then. Settles once it has ended and the killing is
 * over; rejects when the killing failed, because the end may never come then.
 */
export async function endedUnderSignal(
  ended: Promise<Exit>,
  { signal, killAfterMs }: RunOptions,
  kill: (graceMs: number) => Promise<void>,
): Promise<Exit> {
  const failed = Promise.withResolvers<never>();
  let killing: Promise<void> | undefined;
  const onAbort = (): void => {
    killing = kill(killAfterMs());
    killing.catch(failed.reject);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    const exit = await Promise.race([ended, failed.promise]);
    await killing;
    return exit;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** True when it settled in time, one way or the other. */
export async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const expired = delay(ms, false, { signal: timer.signal }).catch(() => false);
  return Promise.race([settled, expired]).finally(() => timer.abort());
}
