import { closeSync, openSync, writeSync, write as writeWithCallback } from 'node:fs';
import { promisify } from 'node:util';

/** Above this, the giver of output has to wait. */
const MOST_BUFFERED_BYTES = 1024 * 1024;

/** Up to this, writing at once is cheaper than a round through the thread pool. */
const SMALL_BYTES = 64 * 1024;

/**
 * Appends output to a file, in order. What comes while a write is under way goes out together in the next one; what
 * comes in one turn of the event loop goes out together as well.
 */
export class LogFile {
  readonly #fd: number;
  readonly #onError: (error: NodeJS.ErrnoException) => void;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #scheduled: NodeJS.Immediate | undefined;
  #writing: Promise<void> | undefined;
  #hasFailed = false;

  /** Throws what `openSync` throws. `onError` is called once; from then on the output is dropped. */
  constructor(filePath: string, onError: (error: NodeJS.ErrnoException) => void) {
    this.#fd = openSync(filePath, 'a', 0o600);
    this.#onError = onError;
  }

  /** A returned promise settles when there is room again. */
  append(chunk: Uint8Array): void | Promise<void> {
    if (this.#hasFailed) return;
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#writing === undefined) this.#scheduled ??= setImmediate(() => this.#write());
    if (this.#waitingBytes < MOST_BUFFERED_BYTES) return;
    return this.#room();
  }

  /** Resolves when everything is in the file, or the file has failed. */
  async close(): Promise<void> {
    clearImmediate(this.#scheduled);
    await this.#writing;
    this.#writeNow();
    closeSync(this.#fd);
  }

  async #room(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    if (this.#writing !== undefined) return;
    if (this.#waitingBytes <= SMALL_BYTES) this.#writeNow();
    else
      this.#writing = this.#writeInBackground(this.#take()).then(() => {
        this.#writing = undefined;
        this.#write();
      });
  }

  #writeNow(): void {
    try {
      for (let rest = this.#take(); rest.length > 0; ) rest = rest.subarray(writeSync(this.#fd, rest));
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
    }
  }

  async #writeInBackground(bytes: Buffer): Promise<void> {
    try {
      for (let rest = bytes; rest.length > 0; ) rest = rest.subarray((await write(this.#fd, rest)).bytesWritten);
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
    }
  }

  #take(): Buffer {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return bytes;
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (!this.#hasFailed) this.#onError(error);
    this.#hasFailed = true;
    this.#take();
  }
}

const write = promisify(writeWithCallback);
