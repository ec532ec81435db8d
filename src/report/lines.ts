import { afterReturn, endBeforeReturns } from './tail.ts';

/** A line that does not end is cut after this many bytes, so that memory stays bounded. */
const LONGEST_LINE = 64 * 1024;

/**
 * Puts a prefix before every line of a byte stream, across chunk borders, and leaves the bytes of the lines alone.
 *
 * A line is kept until its end has come. Of a line that carriage returns overwrote, the part after the last one stays.
 */
export class PrefixedLines {
  readonly #prefix: () => string;
  /** One character a byte, so that no border can fall inside a character. */
  #rest = '';

  constructor(prefix: () => string) {
    this.#prefix = prefix;
  }

  /** The lines that this chunk completes. */
  push(chunk: Uint8Array): Uint8Array {
    const text = this.#rest + bytesOf(chunk).toString('latin1');
    const end = text.lastIndexOf('\n');
    const lines = end < 0 ? '' : this.#prefixed(text.slice(0, end));
    this.#rest = overwritten(text.slice(end + 1));
    if (this.#rest.length < LONGEST_LINE) return Buffer.from(lines, 'latin1');
    return Buffer.concat([Buffer.from(lines, 'latin1'), this.flush()]);
  }

  /** What never got its newline, as a line. */
  flush(): Uint8Array {
    const rest = this.#rest;
    this.#rest = '';
    return Buffer.from(rest === '' ? '' : this.#prefixed(rest), 'latin1');
  }

  #prefixed(text: string): string {
    const prefix = Buffer.from(this.#prefix()).toString('latin1');
    const lines = text.includes('\r') ? text.split('\n').map(afterReturn).join('\n') : text;
    return `${prefix}${lines.replaceAll('\n', `\n${prefix}`)}\n`;
  }
}

/** Drops what a later carriage return has overwritten; those at the very end may still belong to a line's `\r\n`. */
const overwritten = (rest: string): string => rest.slice(rest.slice(0, endBeforeReturns(rest)).lastIndexOf('\r') + 1);

const bytesOf = (chunk: Uint8Array): Buffer => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
