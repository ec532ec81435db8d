import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { OnOutput } from '../ports.ts';
import { demultiplexed } from './demux.ts';
import type { DaemonClient } from './http.ts';

/** The standard streams of one process in a container, over one connection. */
export class Attachment {
  readonly #socket: Duplex;
  #detached = false;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  /** What the process reads before its standard input ends. */
  writeStdin(bytes: Uint8Array | undefined): void {
    this.#socket.end(bytes);
  }

  /** The same from a stream, no faster than the process reads; resolves when it has all of it. */
  async pipeStdin(source: Readable): Promise<void> {
    await pipeline(source, this.#socket);
  }

  /**
   * Delivers output until there is no more, no faster than it is taken. Rejects with `docker.gone` when the connection
   * was lost, and with whatever `onOutput` throws.
   */
  async deliver(onOutput: OnOutput, { client, doing }: { readonly client: DaemonClient; readonly doing: string }): Promise<void> {
    for await (const [stream, bytes] of demultiplexed(this.#received(client, doing))) {
      await onOutput(stream, bytes);
    }
  }

  get detached(): boolean {
    return this.#detached;
  }

  /** Nothing is delivered from now on; the process does not notice. */
  detach(): void {
    this.#detached = true;
    this.#socket.destroy();
  }

  async *#received(client: DaemonClient, doing: string): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#socket;
    } catch (error) {
      if (!this.#detached) throw await client.errorOf(error, doing);
    }
  }
}
