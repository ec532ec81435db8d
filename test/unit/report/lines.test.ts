import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PrefixedLines } from '../../../src/report/lines.ts';

function prefixed(...chunks: readonly (string | Uint8Array)[]): Buffer {
  const lines = new PrefixedLines(() => 'ü> ');
  return Buffer.concat([...chunks.map((chunk) => lines.push(Buffer.from(chunk))), lines.flush()]);
}

test('wherever a text is cut, its lines come out the same', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ü', '\n', '\r', ' '), maxLength: 30 }).map((all) => Buffer.from(all));
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 9 })), (all, sizes) => {
      const cuts = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size));
      const chunks = [0, ...cuts].map((start, index) => all.subarray(start, cuts[index] ?? all.length));
      expect(prefixed(...chunks).toString()).toBe(prefixed(all).toString());
    }),
    { numRuns: 2_000 },
  );
});

test('the bytes of a line are left alone, whatever they are', () => {
  const line = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 10 && byte !== 13));
  expect(prefixed(Buffer.concat([line, Buffer.from('\n')]))).toEqual(Buffer.concat([Buffer.from('ü> '), line, Buffer.from('\n')]));
});

test('a line without end is cut after 64 KiB, so that memory stays bounded', () => {
  const lines = new PrefixedLines(() => '> ');
  const shown = Array.from({ length: 10 }, () => lines.push(Buffer.alloc(20_000, 'x')).length);
  expect(Math.max(...shown)).toBeGreaterThan(60_000);
  expect(lines.flush().length).toBeLessThan(64 * 1024);
});
