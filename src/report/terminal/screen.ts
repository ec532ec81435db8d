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

class StreamScreen implements Screen {
  readonly #stream: OutputEnd;
  #room: PromiseWithResolvers<void> | undefined;
  #lost: NodeJS.ErrnoException | undefined;

  constructor(stream: OutputEnd) {
    this.#stream = stream;
    stream.on('drain', () => this.#settle());
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#lost ??= error;
      this.#settle();
    });
    stream.on('close', () => this.#settle());
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
    if (bytes.length === 0 || !this.#isOpen()) return;
    if (this.#stream.write(bytes) || !this.#isOpen()) return;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  async flush(): Promise<void> {
    if (!this.#isOpen() || this.#stream.writableLength === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stream.write('', () => resolve());
    await promise;
  }

  #isOpen(): boolean {
    return this.#lost === undefined && this.#stream.writable;
  }

  #settle(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
