import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demultiplexed, FrameParser, type Output } from '../../../../src/engine/docker/demux.ts';
import { processorMs } from '../../../support/processor.ts';

type Frame = readonly [stream: 0 | 1 | 2 | 3, payload: Uint8Array];

const framed = (frames: readonly Frame[]): Buffer =>
  Buffer.concat(
    frames.flatMap(([stream, payload]) => {
      const header = Buffer.alloc(8);
      header[0] = stream;
      header.writeUInt32BE(payload.length, 4);
      return [header, payload];
    }),
  );

/** The obvious reading of the whole stream at once. */
function reference(bytes: Buffer): string {
  const said: Output[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at + 4);
    said.push([(bytes[at] ?? 0) < 2 ? 'stdout' : 'stderr', bytes.subarray(at + 8, at + 8 + size)]);
    at += 8 + size;
  }
  return joined(said);
}

/** Streams and bytes, whatever pieces they came in. */
function joined(outputs: readonly Output[]): string {
  let text = '';
  let current = '';
  for (const [stream, bytes] of outputs.filter(([, { length }]) => length > 0)) {
    if (stream !== current) text += `|${stream}|`;
    current = stream;
    text += Buffer.from(bytes).toString('latin1');
  }
  return text;
}

function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const someFrames = fc.array(fc.tuple(fc.constantFrom<Frame[0]>(0, 1, 2, 3), fc.uint8Array({ maxLength: 12 })), { maxLength: 8 });

describe('the demultiplexer', () => {
  test('reads every stream as the reference does, however it is cut (100,000 cases)', () => {
    const cases = fc.property(someFrames, fc.array(fc.nat(200), { maxLength: 10 }), (frames, places) => {
      const bytes = framed(frames);
      const parser = new FrameParser();
      return joined(cut(bytes, places).flatMap((chunk) => parser.push(chunk))) === reference(bytes);
    });
    fc.assert(cases, { numRuns: 100_000 });
  }, 60_000);

  test('hands on together what came together, and never two streams in one', () => {
    const said = (...frames: readonly (readonly [1 | 2, string])[]) =>
      new FrameParser()
        .push(framed(frames.map(([stream, text]) => [stream, Buffer.from(text)])))
        .map(([stream, bytes]) => `${stream} ${Buffer.from(bytes)}`);
    expect(said([1, 'a'], [1, 'b'], [1, 'c'])).toEqual(['stdout abc']);
    expect(said([1, 'a'], [2, 'b'], [1, 'c'])).toEqual(['stdout a', 'stderr b', 'stdout c']);
  });

  test('loses nothing of 50,000 frames of one byte in one chunk', () => {
    const frames = Array.from({ length: 50_000 }, (_, n) => [n % 2 === 0 ? 1 : 2, Uint8Array.of(n)] as const);
    const total = new FrameParser().push(framed(frames)).reduce((sum, [, payload]) => sum + payload.length, 0);
    expect(total).toBe(50_000);
  });

  test('takes time in proportion to a big frame, not to its square', () => {
    const parser = new FrameParser();
    const bytes = framed([[1, new Uint8Array(64 * 2 ** 20)]]);
    const startedAt = processorMs();
    let total = 0;
    for (let at = 0; at < bytes.length; at += 4096) {
      for (const [, payload] of parser.push(bytes.subarray(at, at + 4096))) total += payload.length;
    }
    expect(total).toBe(64 * 2 ** 20);
    expect(processorMs() - startedAt).toBeLessThan(1000);
  });

  test('says so when the bytes are not frames', () => {
    expect(() => new FrameParser().push(Buffer.from('hello, world'))).toThrow(/not a frame/);
  });

  test('asks its source for no more than its reader takes', async () => {
    let asked = 0;
    async function* source() {
      for (; asked < 100; asked += 1) yield framed([[1, Buffer.from('x')]]);
    }
    const outputs = demultiplexed(source());
    await outputs.next();
    await outputs.next();
    expect(asked).toBe(1);
  });
});
