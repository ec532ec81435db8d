import type { ByteStage } from './step-streams.ts';

/** Keeps characters whole: the start of one that is cut by a chunk's end waits for the rest of it. */
export class WholeCharacters implements ByteStage {
  #held: Uint8Array = new Uint8Array();

  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const end = bytes.length - openBytes(bytes);
    this.#held = new Uint8Array(bytes.subarray(end));
    return end === chunk.length && bytes === chunk ? chunk : bytes.subarray(0, end);
  }

  flush(): Uint8Array {
    const held = this.#held;
    this.#held = new Uint8Array();
    return held;
  }
}

/** How many bytes at the end begin a character of UTF-8 and do not complete it: 0 to 3. */
function openBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc2 && byte <= 0xf4) return lengthOf(byte) > back ? back : 0;
    if ((byte & 0xc0) !== 0x80) return 0;
  }
  return 0;
}

const lengthOf = (lead: number): number => (lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
