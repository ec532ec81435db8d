import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomOf, shuffled } from '../../../../src/matrix/random.ts';
import { bootstrapped, overlap, wilson } from '../../../../src/matrix/statistics/interval.ts';
import { paired } from '../../../../src/matrix/statistics/paired.ts';
import { median, quantile } from '../../../../src/matrix/statistics/quantile.ts';
import { medianDeviation, variation } from '../../../../src/matrix/statistics/spread.ts';

describe('quantiles and spread', () => {
  test('are those of the textbook', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.95)).toBeCloseTo(4.8);
    expect(medianDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1);
    expect(variation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.138 / 5, 3);
  });

  test('nothing has no median', () => expect(median([])).toBeNaN());
});

describe("Wilson's interval", () => {
  test('is that of the literature, and does not collapse at the ends', () => {
    expect(wilson(8, 10)).toMatchObject({ value: 0.8, low: expect.closeTo(0.4902, 3), high: expect.closeTo(0.9433, 3) });
    expect(wilson(10, 10)).toMatchObject({ value: 1, low: expect.closeTo(0.7225, 3), high: 1 });
    expect(wilson(0, 100)).toMatchObject({ value: 0, low: 0, high: expect.closeTo(0.037, 3) });
    expect(wilson(0, 0)).toBeUndefined();
  });

  test('holds the true rate in about 95 of 100 samples', () => {
    const random = randomOf('coverage');
    const samples = Array.from({ length: 2_000 }, () => wilson(Array.from({ length: 40 }, random).filter((one) => one < 0.8).length, 40));
    const held = samples.filter((one) => one && one.low <= 0.8 && one.high >= 0.8).length / samples.length;
    expect(held).toBeGreaterThan(0.92);
    expect(held).toBeLessThan(0.98);
  });
});

describe('the interval of a median', () => {
  test.each([15, 400])('holds the true median of %i values in about 95 of 100 samples', (n) => {
    const random = randomOf(`median ${n}`);
    const samples = Array.from({ length: 400 }, () =>
      bootstrapped(
        Array.from({ length: n }, () => random() ** 2),
        0.5,
      ),
    );
    const held = samples.filter((one) => one && one.low <= 0.25 && one.high >= 0.25).length / samples.length;
    expect(held).toBeGreaterThan(0.89);
    expect(held).toBeLessThan(0.99);
  });

  test('is the same for the same values, and holds the median', () => {
    const values = fc.array(fc.double({ min: 0.001, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, (some) => {
        const one = bootstrapped(some, 0.5);
        expect(bootstrapped(some.toReversed(), 0.5)).toEqual(one);
        expect(one?.low).toBeLessThanOrEqual(one?.value as number);
        expect(one?.high).toBeGreaterThanOrEqual(one?.value as number);
      }),
    );
  });

  test('of nothing is nothing', () => expect(bootstrapped([], 0.5)).toBeUndefined());
});

describe('a paired comparison', () => {
  const byBlock = (values: readonly number[]) => new Map(values.map((value, index) => [index, value]));
  const drifting = Array.from({ length: 12 }, (_, index) => 10 + index * 5);

  test('sees a tenth more on a machine that gets slower all night', () => {
    const random = randomOf('pairs');
    const slower = drifting.map((value) => value * (1.1 + 0.02 * (random() - 0.5)));
    expect(paired(byBlock(slower), byBlock(drifting))).toMatchObject({ claim: 'more', value: expect.closeTo(1.1, 1) });
    expect(paired(byBlock(drifting), byBlock(slower))).toMatchObject({ claim: 'less' });
  });

  test('claims nothing where the interval holds 1', () => {
    const random = randomOf('same');
    const same = drifting.map((value) => value * (1 + 0.2 * (random() - 0.5)));
    expect(paired(byBlock(same), byBlock(drifting))?.claim).toBe('none');
  });

  test('claims nothing from four pairs, and looks only at blocks that both have', () => {
    expect(paired(byBlock([2, 2, 2, 2]), byBlock([1, 1, 1, 1, 1]))).toMatchObject({ claim: 'few', n: 4 });
    expect(paired(byBlock([2]), new Map([[7, 1]]))).toBeUndefined();
  });

  test('finds a difference between equals in at most one of ten nights', () => {
    const random = randomOf('false alarms');
    const values = () => byBlock(Array.from({ length: 10 }, () => 1 + random()));
    const alarms = Array.from({ length: 300 }, () => paired(values(), values())).filter((one) => one?.claim !== 'none');
    expect(alarms.length / 300).toBeLessThan(0.1);
  });
});

test('intervals that touch overlap', () => {
  expect(overlap({ low: 1, high: 2 }, { low: 2, high: 3 })).toBe(true);
  expect(overlap({ low: 1, high: 2 }, { low: 2.1, high: 3 })).toBe(false);
});

test('a seed gives the same order everywhere, and every item once', () => {
  expect(shuffled([1, 2, 3, 4, 5, 6, 7, 8], randomOf('1 timed 1'))).toEqual(shuffled([1, 2, 3, 4, 5, 6, 7, 8], randomOf('1 timed 1')));
  expect(shuffled(['a', 'b', 'c', 'd'], randomOf('x')).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  const firsts = Array.from({ length: 400 }, (_, seed) => shuffled(['a', 'b', 'c', 'd'], randomOf(`${seed}`))[0]);
  for (const letter of ['a', 'b', 'c', 'd']) expect(firsts.filter((first) => first === letter).length).toBeGreaterThan(60);
});
