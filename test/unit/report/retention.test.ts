import { expect, test } from 'vitest';
import { type Retention, surplus } from '../../../src/report/stored/retention.ts';

const DAY_MS = 86_400_000;
const all: Retention = { runs: 100, bytes: 1e9, forMs: 100 * DAY_MS, forText: '100d' };
/** One a day, of 10 bytes each; the newest is of this very moment. */
const folders = ['d', 'c', 'b', 'a'].map((run, index) => ({ run, startedAt: -index * DAY_MS, sizeBytes: 10 }));
const gone = (kept: Partial<Retention>) => surplus(folders, { ...all, ...kept }, 0).map(({ run, why }) => `${run}: ${why}`);

test('nothing goes within the limits', () => {
  expect(gone({})).toEqual([]);
  expect(gone({ runs: 4, bytes: 40, forMs: 3 * DAY_MS })).toEqual([]);
});

test.each([
  [{ runs: 2 }, ['b: 2 runs are kept', 'a: 2 runs are kept']],
  [{ runs: 1 }, ['c: 1 run is kept', 'b: 1 run is kept', 'a: 1 run is kept']],
  [{ forMs: DAY_MS, forText: '1d' }, ['b: runs are kept for 1d', 'a: runs are kept for 1d']],
  [{ bytes: 39 }, ['a: 39 B of runs are kept']],
  [{ runs: 3, bytes: 15 }, ['c: 15 B of runs are kept', 'b: 15 B of runs are kept', 'a: 3 runs are kept']],
])('beyond %j the oldest go', (kept, expected) => {
  expect(gone(kept)).toEqual(expected);
});
