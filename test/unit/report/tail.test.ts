import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TAIL_BYTES, Tail } from '../../../src/report/tail.ts';

const tailOf = (...chunks: readonly (string | Uint8Array)[]): Tail => {
  const tail = new Tail();
  for (const chunk of chunks) tail.push('stdout', Buffer.from(chunk));
  return tail;
};

test('the last lines are those a screen would show, the unfinished one included', () => {
  expect(tailOf('one\ntw', 'o\nthree').lines(2)).toEqual(['two', 'three']);
});

test('at most twenty lines are given unless more are asked for', () => {
  const tail = tailOf(Array.from({ length: 30 }, (_, index) => `${index}\n`).join(''));
  expect(tail.lines()).toHaveLength(20);
  expect(tail.lines(25).at(-1)).toBe('29');
});

test('what carriage returns and escape sequences did to a line is gone', () => {
  expect(tailOf('10%\r100%\r\n\u001b[31mred\u001b[0m\u0007\n').lines()).toEqual(['100%', 'red']);
});

test('a character that was cut by the bound is left out, not shown broken', () => {
  const tail = tailOf('ü'.repeat(TAIL_BYTES), 'x');
  expect(tail.isCut()).toBe(true);
  expect(tail.lines().join('')).toMatch(/^ü+x$/);
});

test('a stream that breaks into a line of the other gets its own', () => {
  const tail = new Tail();
  tail.push('stdout', Buffer.from('ask: '));
  tail.push('stderr', Buffer.from('warning\n'));
  tail.push('stdout', Buffer.from('yes\n'));
  expect(tail.lines()).toEqual(['ask: ', 'warning', 'yes']);
});

test('nothing in, nothing out', () => {
  expect(tailOf().lines()).toEqual([]);
  expect(tailOf('').lines()).toEqual([]);
});

test('whatever is written, the end of it is held, whole up to 64 KiB', () => {
  const chunk = fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 150_000 })))
    .map(([byte, size]) => Buffer.alloc(size, byte || 65));
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 6 }), (chunks) => {
      const all = Buffer.concat(chunks);
      const tail = tailOf(...chunks);
      const kept = all.subarray(Math.max(0, all.length - TAIL_BYTES));
      if (!tail.isCut()) expect(tail.text()).toBe(all.toString('utf8'));
      else expect(kept.toString('utf8').endsWith(tail.text().slice(-100))).toBe(true);
      expect(tail.isCut()).toBe(all.length > TAIL_BYTES);
    }),
    { numRuns: 200 },
  );
});
