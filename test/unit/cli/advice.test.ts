import { expect, test } from 'vitest';
import { adviceFor } from '../../../src/cli/advice.ts';
import { planOf, reportOf, stepReport } from '../report/support/samples.ts';

const failed = stepReport('test', { status: 'failed', exit: { code: 1, oomKilled: false } });
const reproduce = (...steps: Parameters<typeof stepReport>[]) => {
  const reports = [...steps.map((step) => stepReport(...step)), failed, stepReport('never', { status: 'skipped' })];
  return adviceFor(planOf(), [])(reportOf({ status: 'failed', steps: reports })).reproduce;
};

test('a step that failed first is reproduced by itself', () => {
  expect(reproduce(['db', { kind: 'container' }])).toBe('runner exec /work/runner.yaml --pattern serial --step test');
});

test('a step that failed after others is reproduced with them, for it needs what they made', () => {
  expect(reproduce(['build'])).toBe('runner exec /work/runner.yaml --pattern serial');
});

test('what the user set over the spec is set again, as a shell reads it', () => {
  const report = reportOf({ status: 'failed', steps: [failed] });
  const flags = ['--env', 'WORD=two words', '--set', 'resources.cpus=1'];
  expect(adviceFor(planOf(), flags)(report).reproduce).toBe(
    "runner exec /work/runner.yaml --pattern serial --env 'WORD=two words' --set resources.cpus=1 --step test",
  );
});
