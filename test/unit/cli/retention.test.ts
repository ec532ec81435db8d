import { expect, test } from 'vitest';
import { retentionOf } from '../../../src/cli/retention.ts';

test('without a setting a thousand runs, two gibibytes and thirty days are kept', () => {
  expect(retentionOf({})).toEqual({ runs: 1_000, bytes: 2 * 2 ** 30, forMs: 30 * 86_400_000, forText: '30d' });
});

test('settings say how much is kept', () => {
  expect(retentionOf({ keep_runs: '0', keep_runs_size: '5MiB', keep_runs_for: '90d' })).toEqual({
    runs: 0,
    bytes: 5 * 2 ** 20,
    forMs: 90 * 86_400_000,
    forText: '90d',
  });
});

test.each([
  [{ keep_runs: '-1' }, "the setting keep_runs can't be -1"],
  [{ keep_runs_for: 'long' }, "the setting keep_runs_for can't be long"],
  [{ keep_runs_size: '5' }, "the setting keep_runs_size can't be 5"],
])('%j is refused with what would do', (settings, message) => {
  expect(() => retentionOf(settings)).toThrow(
    expect.objectContaining({ code: 'usage.invalid', message, hint: expect.stringMatching(/^Write /) }),
  );
});
