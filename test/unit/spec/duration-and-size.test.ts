import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationText, parseDuration } from '../../../src/spec/duration.ts';
import { parseSize, sizeText } from '../../../src/spec/size.ts';

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
    ['0s', 0],
    ['24d', 2_073_600_000],
  ])('%s is %d milliseconds', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(['', '5', '5 m', '5min', '-5m', '1h 30m', 'h', '1.m', '.5s', '1e3s', '25d', `${'9'.repeat(400)}h`])('%j is none', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );

  test('what is printed is read back', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 24 * 86_400_000 }), (ms) => void expect(parseDuration(durationText(ms))).toBe(ms)));
    expect([0, 1_500, 5_400_000, 90_061_001].map(durationText)).toEqual(['0s', '1s500ms', '1h30m', '1d1h1m1s1ms']);
  });
});

describe('sizes', () => {
  test.each([
    ['0B', 0],
    ['1B', 1],
    ['64MiB', 67_108_864],
    ['2GiB', 2_147_483_648],
    ['1.5kB', 1_500],
    ['1TB', 1e12],
  ])('%s is %d bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  test.each(['', '5', '2G', '2gib', '-1MiB', '1 MiB', '9999999TiB'])('%j is none', (text) => expect(parseSize(text)).toBeUndefined());

  test('what is printed is read back', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (bytes) => void expect(parseSize(sizeText(bytes))).toBe(bytes)));
    expect([0, 1, 1024, 1536, 67_108_864].map(sizeText)).toEqual(['0B', '1B', '1KiB', '1536B', '64MiB']);
  });
});
