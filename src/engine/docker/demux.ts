import type { OutputStream } from '../ports.ts';

/** Consecutive bytes of one stream. */
export type Output = readonly [stream: OutputStream, bytes: Uint8Array];

/** Docker's framing: stream number, three zero bytes, length of the payload as 32 bits big-endian. */
const HEADER_BYTES = 8;

/** The daemon may say something itself on stream 3 (`system error`); to the reader that is standard error. */
const STREAMS: readonly (OutputStream | undefined)[] = ['stdout', 'stdout', 'stderr', 'stderr'];

/**
 * Takes Docker's multiplexed stream apart, chunk by chunk. Linear in the bytes, and it keeps nothing but a torn header:
 * a payload is handed on as far as it has come. Frames of one stream that arrive together leave together, so that a
 * program which writes a byte at a time costs its reader one call a chunk.
 */
export class FrameParser {
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #payloadBytes = 0;
  #stream: OutputStream = 'stdout';

  /** Throws when the bytes are not Docker's framing. */
  push(chunk: Uint8Array): readonly Output[] {
    const parts = new Coalesced();
    for (let at = 0; at < chunk.length; ) {
      if (this.#payloadBytes === 0) at += this.#readHeader(chunk, at);
      else {
        const payload = chunk.subarray(at, at + this.#payloadBytes);
        parts.add(this.#stream, payload);
        this.#payloadBytes -= payload.length;
        at += payload.length;
      }
    }
    return parts.take();
  }

  #readHeader(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + HEADER_BYTES - this.#headerBytes);
    this.#header.set(part, this.#headerBytes);
    this.#headerBytes += part.length;
    if (this.#headerBytes < HEADER_BYTES) return part.length;
    const stream = STREAMS[this.#header[0] ?? STREAMS.length];
    if (!stream) throw new Error(`not a frame of Docker's: ${this.#header.toString('hex')}`);
    this.#stream = stream;
    this.#payloadBytes = this.#header.readUInt32BE(4);
    this.#headerBytes = 0;
    return part.length;
  }
}

/** Yields output as it comes and reads no further until it is asked for more. */
export async function* demultiplexed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Output> {
  const parser = new FrameParser();
  for await (const chunk of source) yield* parser.push(chunk);
}

class Coalesced {
  readonly #outputs: Output[] = [];
  #stream: OutputStream = 'stdout';
  #parts: Uint8Array[] = [];

  add(stream: OutputStream, bytes: Uint8Array): void {
    if (stream !== this.#stream) this.#close();
    this.#stream = stream;
    this.#parts.push(bytes);
  }

  take(): readonly Output[] {
    this.#close();
    return this.#outputs;
  }

  #close(): void {
    const [first] = this.#parts;
    if (first) this.#outputs.push([this.#stream, this.#parts.length === 1 ? first : Buffer.concat(this.#parts)]);
    this.#parts = [];
  }
}
