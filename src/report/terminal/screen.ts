import type { Writable } from 'node:stream';

/** Where renderers write: standard output, standard error, or a list in a test. */
export interface Screen {
  readonly isTTY: boolean;
  /** Undefined where nobody knows. */
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  /** A returned promise settles when there is room again. Never throws or rejects: what nobody reads any more is dropped. */
  write(bytes: Uint8Array | string): void | Promise<void>;
  /** Resolves when everything written has left the process, or never will. */
  flush(): Promise<void>;
  /** From now on a reader that takes nothing for a second is given up: it must not stand between a Ctrl-C and the cleanup. */
  hurry(): void;
  /** Why writing there ended; undefined while it goes on. */
  readonly lost: NodeJS.ErrnoException | undefined;
}

/** What `process.stdout` and `process.stderr` are, of a stream's many faces. */
export type OutputEnd = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

/**
 * A Node stream as a Screen. A reader that went away (EPIPE), or a file that is full, ends the writing there and
 * nothing else, so that `runner exec | head` still cleans up.
 */
export const screenOf = (stream: OutputEnd): Screen => new StreamScreen(stream);

const PATIENCE_MS = 1_000;

class StreamScreen implements Screen {
  readonly #stream: OutputEnd;
  /** Settles when there is room; there is one only while somebody waits. */
  #room: PromiseWithResolvers<void> | undefined;
  readonly #gone: PromiseWithResolvers<void> = Promise.withResolvers();
  #isHurried = false;
  #lost: NodeJS.ErrnoException | undefined;

  constructor(stream: OutputEnd) {
    this.#stream = stream;
    stream.on('drain', () => this.#settle());
    stream.on('error', (error: NodeJS.ErrnoException) => this.#lose(error));
    stream.on('close', () => this.#lose(Object.assign(new Error('it was closed'), { code: 'EPIPE' })));
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number | undefined {
    return this.#stream.columns;
  }

  get rows(): number | undefined {
    return this.#stream.rows;
  }

  get lost(): NodeJS.ErrnoException | undefined {
    return this.#lost;
  }

  write(bytes: Uint8Array | string): void | Promise<void> {
    if (bytes.length === 0 || this.#lost || !this.#stream.writable) return;
    if (this.#stream.write(bytes)) return;
    this.#room ??= Promise.withResolvers();
    if (this.#isHurried) this.#limitWait();
    return this.#room.promise;
  }

  async flush(): Promise<void> {
    if (this.#lost || this.#stream.writableLength === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#room ??= Promise.withResolvers();
    if (this.#isHurried) this.#limitWait();
    this.#stream.write('', () => {
      this.#settle();
      resolve();
    });
    await Promise.race([promise, this.#gone.promise]);
  }

  hurry(): void {
    if (this.#isHurried) return;
    this.#isHurried = true;
    this.#limitWait();
  }

  #limitWait(): void {
    const room = this.#room;
    if (room === undefined) return;
    setTimeout(() => {
      if (this.#room === room) this.#lose(Object.assign(new Error('nobody read it'), { code: 'ETIMEDOUT' }));
    }, PATIENCE_MS).unref();
  }

  #lose(error: NodeJS.ErrnoException): void {
    this.#lost ??= error;
    this.#gone.resolve();
    this.#settle();
  }

  #settle(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
