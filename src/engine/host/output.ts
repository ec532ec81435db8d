import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { OnOutput, OutputStream } from '../ports.ts';

/** What a process writes, on its way to the consumer. */
export interface Delivery {
  /** Rejects when the consumer did. */
  readonly done: Promise<void>;
  /**
   * Resolves at the end of the output, or after `freeMs` in which nobody waited for the consumer: by then a process
   * outside of our reach holds the other end.
   */
  settle(freeMs: number): Promise<void>;
  /** Read no further, so that the writers learn of it. */
  stop(): void;
}

const TICK_MS = 20;

/** Reads a stream only while the consumer keeps up: a pending promise stops the reading, and soon the writer. */
export function deliver(streams: Readonly<Record<OutputStream, Readable>>, onOutput: OnOutput): Delivery {
  let pending = 0;
  let open = true;
  const drain = async (name: OutputStream): Promise<void> => {
    for await (const chunk of streams[name]) {
      pending += 1;
      await onOutput(name, chunk);
      pending -= 1;
    }
  };
  const done = Promise.all([drain('stdout'), drain('stderr')]).then(
    () => {},
    (thrown: unknown) => {
      if (open) throw thrown;
    },
  );
  return {
    done,
    async settle(freeMs) {
      let ended = false;
      const onEnd = (): void => {
        ended = true;
      };
      const end = done.then(onEnd, onEnd);
      for (let leftMs = freeMs; leftMs > 0 && !ended; leftMs -= pending > 0 ? 0 : TICK_MS) {
        await Promise.race([end, delay(TICK_MS, undefined, { ref: false })]);
      }
    },
    stop() {
      open = false;
      streams.stdout.destroy();
      streams.stderr.destroy();
    },
  };
}
