import { randomUUID } from 'node:crypto';
import { execPath } from 'node:process';
import { runTool } from '../../tool.ts';

/** A process of ours that can be told from all others by a word it was started with. */
export interface Marker {
  /** Starts it with the first call. */
  word(): Promise<string>;
  end(): Promise<void>;
}

/** Longer than any search takes; it is ended after it. */
const WAITS = "console.log('here'); setTimeout(() => {}, 30000)";

export function newMarker(): Marker {
  const word = `runner-self-${randomUUID()}`;
  const over = new AbortController();
  let started: Promise<string> | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const start = (): Promise<string> =>
    new Promise((resolve) => {
      ended = runTool({
        command: [execPath, '-e', WAITS, word],
        env: {},
        install: '',
        onOutput: () => resolve(word),
        signal: over.signal,
        killAfterMs: () => 0,
      }).catch(() => undefined);
      void ended.then(() => resolve(word));
    });
  return {
    word() {
      started ??= start();
      return started;
    },
    async end() {
      over.abort();
      await ended;
    },
  };
}
