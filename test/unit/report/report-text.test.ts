import { expect, test } from 'vitest';
import { RunnerError } from '../../../src/errors.ts';
import type { RunId } from '../../../src/plan/names.ts';
import { historyText, stateOf } from '../../../src/report/history-text.ts';
import { inspectText } from '../../../src/report/inspect-text.ts';
import { reportFromJson, reportJson } from '../../../src/report/report-json.ts';
import type { StoredRun } from '../../../src/report/stored/stored-run.ts';
import { agoText, durationText, sizeText } from '../../../src/report/words.ts';
import { RUN, reportOf, stepReport } from './support/samples.ts';

const error = new RunnerError('docker.failed', 'no', {
  detail: ['a', 'b'],
  hint: 'Try.',
  at: { file: 'f', line: 1, column: 2 },
});
const failed = { status: 'failed', exit: { code: 2, oomKilled: false } } as const;
const report = reportOf({
  status: 'failed',
  exitCode: 2,
  steps: [
    stepReport('net', { kind: 'network', durationMs: 60 }),
    stepReport('build', { ...failed, startedMs: 1_200, attempts: 2, note: 'flaky' }),
    stepReport('publish', { status: 'skipped', durationMs: 0, attempts: 0 }),
  ],
  artifacts: [{ path: 'dist/app', sizeBytes: 1_500, sha256: 'abc' }],
  artifactsDir: '/work/out',
  leftovers: [{ kind: 'volume', name: 'v1' }],
});
const stored: StoredRun = {
  v: 1,
  run: RUN,
  name: 'demo',
  pattern: 'serial',
  file: '/work/runner.yaml',
  owner: 'boot/1/2/3',
  startedAt: '2026-01-02T03:04:05.000Z',
  status: 'failed',
  report: reportJson(report),
};

test('a report is the same after it was stored and read, errors included', () => {
  const full = reportOf({
    steps: [stepReport('build', { status: 'errored', error })],
    cleanup: [{ resource: { kind: 'network', name: 'n' }, ok: false, durationMs: 1, error }],
  });
  const read = reportFromJson(JSON.parse(JSON.stringify(reportJson(full))));
  expect(read).toEqual(full);
  expect(read.steps[0]?.error).toBeInstanceOf(RunnerError);
  expect(read.steps[0]?.error).toMatchObject({ code: 'docker.failed', message: 'no', detail: ['a', 'b'], hint: 'Try.', at: { line: 1 } });
});

test('history is a table with as much of an id as tells the runs apart', () => {
  const { report: _, ...open } = stored;
  const runs: readonly StoredRun[] = [
    { ...open, run: '01936f2c-9a10-7c3f-8b44-5f0d2a9c1e77' as RunId, status: 'running', name: 'a' },
    stored,
  ];
  const now = Date.parse('2026-01-02T05:10:00Z');
  expect(
    historyText(runs, { now, isAlive: () => true, cleanedUp: new Map() }),
  ).toBe(`RUN                 STARTED  NAME  PATTERN  STATUS   EXIT  TOOK    CLEANED UP
01936f2c-9a10-7c3f  2h ago   a     serial   running  -     -
01936f2c-9a10-7c3e  2h ago   demo  serial   failed   2     12.3 s
`);
  expect(historyText([stored], { now, isAlive: () => true, cleanedUp: new Map() })).toContain('\n01936f2c-9a10  2h ago');
  const cleanedUp = new Map([[stored.run as string, '2 removed by reaper']]);
  expect(historyText([stored], { now, isAlive: () => true, cleanedUp })).toMatch(/failed +2 +12\.3 s +2 removed by reaper\n$/);
  expect(historyText([], { now, isAlive: () => true, cleanedUp: new Map() })).toBe('no run is stored\n');
});

test('a run whose runner died is lost', () => {
  expect(stateOf({ ...stored, status: 'running' }, () => false)).toBe('lost');
  expect(stateOf(stored, () => false)).toBe('failed');
});

test('inspect tells all that is known of a run', () => {
  const logs = [{ step: 'build', path: '/state/runs/1/logs/build.log', sizeBytes: 2_048 }];
  expect(inspectText(stored, { colour: false, logs, state: 'failed', cleanedUp: [] })).toBe(`run      01936f2c-9a10-7c3e-8b44-5f0d2a9c1e77
name     demo
pattern  serial
spec     /work/runner.yaml
started  2026-01-02T03:04:05.000Z
outcome  failed: build exited with 2
exit     2
took     12.3 s (prepare 1.2 s, run 10.1 s, collect 0.0 s, clean up 1.0 s)

STEP     KIND     STATUS   AT     TOOK   NOTE
net      network  passed   0.0 s  0.1 s
build    task     failed   1.2 s  3.2 s  exit 2, 2 attempts, flaky
publish  task     skipped  0.0 s  0.0 s

in /work/out
ARTIFACT  SIZE     SHA256
dist/app  1.5 KiB  abc

left behind: volume v1

LOG    SIZE     FILE
build  2.0 KiB  /state/runs/1/logs/build.log
`);
});

test('inspect of a run under way tells what is known so far', () => {
  const { report: _, ...open } = stored;
  const text = inspectText({ ...open, status: 'running' }, { colour: false, logs: [], state: 'lost', cleanedUp: [] });
  expect(text.endsWith('outcome  lost\n')).toBe(true);
});

test.each([
  [0, '0.0 s'],
  [59_949, '59.9 s'],
  [59_960, '1m 00s'],
  [84_000, '1m 24s'],
  [3_599_600, '1h 00m'],
  [7_500_000, '2h 05m'],
])('%i ms is %s', (ms, text) => expect(durationText(ms)).toBe(text));

test.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1.0 KiB'],
  [10_240, '10 KiB'],
  [95_420_416, '91 MiB'],
  [5e15, '4547 TiB'],
])('%i bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));

test.each([
  [-5, 'now'],
  [12_000, '12 s ago'],
  [300_000, '5m ago'],
  [3 * 86_400_000, '3d ago'],
])('%i ms is %s', (ms, text) => expect(agoText(ms)).toBe(text));
