import { once } from 'node:events';

/** Never resolves: rejects with the signal's reason when it aborts. */
export async function aborted(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  await once(signal, 'abort');
  throw signal.reason;
}
