import { closeSync, openSync, writevSync, writev as writevWithCallback } from 'node:fs';
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
    this.#write();
    while (this.#writing !== undefined) await this.#writing;
    closeSync(this.#fd);
  }

  async #room(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    if (this.#writing !== undefined || this.#waitingBytes === 0) return;
    if (this.#waitingBytes <= SMALL_BYTES) this.#writeNow(this.#take());
    else this.#writing = this.#writeInBackground(this.#take());
  }

  #writeNow(chunks: readonly Uint8Array[]): void {
    try {
      for (let rest = chunks; rest.length > 0; ) rest = after(rest, writevSync(this.#fd, rest));
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
    }
  }

  async #writeInBackground(chunks: readonly Uint8Array[]): Promise<void> {
    try {
      for (let rest = chunks; rest.length > 0; ) rest = after(rest, (await writev(this.#fd, rest)).bytesWritten);
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
    }
    this.#writing = undefined;
    this.#write();
  }

  #take(): readonly Uint8Array[] {
    const chunks = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return chunks;
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (!this.#hasFailed) this.#onError(error);
    this.#hasFailed = true;
    this.#take();
  }
}

const writev = promisify(writevWithCallback);

/** What the system did not take of the chunks; usually nothing. */
function after(chunks: readonly Uint8Array[], takenBytes: number): readonly Uint8Array[] {
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return takenBytes === sizeBytes ? [] : [Buffer.concat(chunks).subarray(takenBytes)];
}
