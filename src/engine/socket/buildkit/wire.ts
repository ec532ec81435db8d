/** One field of a protobuf message: of a varint its value, of bytes the bytes. */
export interface WireField {
  readonly number: number;
  readonly bytes: Buffer;
  readonly value: number;
}

/** The fields of a message in their order. Throws for what is none: a text that ends early, or a kind of field nobody writes any more. */
export function* fieldsOf(message: Buffer): Generator<WireField> {
  const reader = new Reader(message);
  while (!reader.isOver) {
    const key = reader.varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { number, value: reader.varint(), bytes: EMPTY };
        break;
      case 1:
        yield { number, value: 0, bytes: reader.take(8) };
        break;
      case 2:
        yield { number, value: 0, bytes: reader.take(reader.varint()) };
        break;
      case 5:
        yield { number, value: 0, bytes: reader.take(4) };
        break;
      default:
        throw new Error('a field of an unknown kind');
    }
  }
}

const EMPTY = Buffer.alloc(0);

/** An entry of `map<string, string>`. */
export function entryOf(bytes: Buffer): readonly [string, string] {
  let [key, value] = ['', ''];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) key = field.bytes.toString();
    if (field.number === 2) value = field.bytes.toString();
  }
  return [key, value];
}

/** An entry as a field of the message that holds the map; of two with one key the later holds. */
export const entryBytes = (number: number, key: string, value: string): Buffer =>
  textBytes(number, Buffer.concat([textBytes(1, Buffer.from(key)), textBytes(2, Buffer.from(value))]));

const textBytes = (number: number, bytes: Buffer): Buffer => Buffer.concat([varintBytes(number * 8 + 2), varintBytes(bytes.length), bytes]);

function varintBytes(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new Error('it ends early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Ten bytes at most; what has more than 53 bits is not exact, and nobody asks for its value. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.take(1)[0] as number;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new Error('a number without an end');
  }
}
