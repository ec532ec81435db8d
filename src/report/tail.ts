import type { OutputStream } from '../engine/ports.ts';
import { printable } from '../terminal-text.ts';

export const TAIL_LINES = 20;
export const TAIL_BYTES: number = 64 * 1024;

/**
 * The last bytes of a step's output, both streams in order of arrival, whatever its length: at most 64 KiB are held.
 *
 * A stream that starts to write in the middle of the other's line gets a line of its own.
 */
export class Tail {
  #ring: Uint8Array | undefined;
  /** Bytes ever written; the next one goes to `#written % TAIL_BYTES`. */
  #written = 0;
  #lastStream: OutputStream | undefined;

  push(stream: OutputStream, chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.#lastStream !== undefined && this.#lastStream !== stream && this.#lastByte() !== NEWLINE) this.#write(LINE_END);
    this.#lastStream = stream;
    this.#write(chunk);
  }

  /** True when output was lost from the front, so that the lines are not all there was. */
  isCut(): boolean {
    return this.#written > TAIL_BYTES;
  }

  /** The held output, from the first line that is whole. */
  text(): string {
    const bytes = this.#bytes();
    if (!this.isCut()) return bytes.toString('utf8');
    const firstEnd = bytes.indexOf(NEWLINE);
    return bytes.subarray(firstEnd + 1 || startOfCharacter(bytes)).toString('utf8');
  }

  /** What is held, line by line, with what a lone carriage return overwrote gone. */
  screenLines(): readonly string[] {
    const lines = this.text().split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.map(afterReturn);
  }

  /** The last lines, without escape sequences and control characters. */
  lines(most: number = TAIL_LINES): readonly string[] {
    return this.screenLines().slice(-most).map(printable);
  }

  #write(chunk: Uint8Array): void {
    this.#ring ??= new Uint8Array(TAIL_BYTES);
    const kept = chunk.subarray(Math.max(0, chunk.length - TAIL_BYTES));
    const at = (this.#written + chunk.length - kept.length) % TAIL_BYTES;
    const untilEnd = kept.subarray(0, TAIL_BYTES - at);
    this.#ring.set(untilEnd, at);
    this.#ring.set(kept.subarray(untilEnd.length), 0);
    this.#written += chunk.length;
  }

  #lastByte(): number | undefined {
    return this.#ring?.[(this.#written - 1) % TAIL_BYTES];
  }

  #bytes(): Buffer {
    const ring = this.#ring ?? new Uint8Array();
    const at = this.#written % TAIL_BYTES;
    return this.isCut() ? Buffer.concat([ring.subarray(at), ring.subarray(0, at)]) : Buffer.from(ring.subarray(0, this.#written));
  }
}

/** What a terminal shows of a line that was overwritten with carriage returns: the part after the last one. */
export function afterReturn(line: string): string {
  const text = line.slice(0, endBeforeReturns(line));
  return text.slice(text.lastIndexOf('\r') + 1);
}

/** Where the carriage returns at the end of a line begin. */
export function endBeforeReturns(line: string): number {
  let end = line.length;
  while (end > 0 && line[end - 1] === '\r') end -= 1;
  return end;
}

const NEWLINE = 10;
const LINE_END: Uint8Array = Uint8Array.of(NEWLINE);

/** Index of the first byte that does not continue a character which began before. */
function startOfCharacter(bytes: Uint8Array): number {
  const start = bytes.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80);
  return Math.max(0, start);
}
