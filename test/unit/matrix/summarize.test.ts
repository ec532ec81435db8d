import { describe, expect, test } from 'vitest';
import { readBaseline } from '../../../src/matrix/baseline.ts';
import { htmlPage } from '../../../src/matrix/report/html/page.ts';
import { matrixJunit } from '../../../src/matrix/report/junit.ts';
import { markdownText } from '../../../src/matrix/report/markdown.ts';
import { prometheusText } from '../../../src/matrix/report/prometheus.ts';
import { matrixText } from '../../../src/matrix/report/text.ts';
import type { Opened, TrialEnded } from '../../../src/matrix/results/records.ts';
import { baselineFrom, summarize } from '../../../src/matrix/summarize.ts';
import type { GateSpec } from '../../../src/spec/matrix/matrix.ts';
import { coloursOf } from '../../../src/terminal-text.ts';
import { cellRecord, MACHINE, opened, resultsOf, trial, wholeNight } from '../../support/matrix-samples.ts';

const alone = { earlier: [], baselineOf: () => undefined };
const runs = (walls: readonly number[], more: Partial<TrialEnded> = {}) =>
  walls.map((wallSeconds, index) => trial({ nth: index + 1, wallSeconds, ...more }));
const gate = (more: Partial<GateSpec>): GateSpec => ({
  metric: 'success_rate',
  where: {},
  min: undefined,
  max: undefined,
  regressMax: undefined,
  baseline: 'last_green',
  ...more,
});
const withGates = (gates: readonly GateSpec[]): Partial<Opened> => ({ settings: { ...opened().settings, gates } });
const failed = { status: 'failed', exitCode: 2, failure: { class: 'build', step: 'test', message: 'failed: test exited with 2' } } as const;

describe('what a night shows', () => {
  test('a good one is green, and its figures are those of its runs', () => {
    const { verdict, cells } = summarize(resultsOf(runs([1, 2, 3, 4, 5])), alone);
    expect(verdict).toBe('green');
    expect(cells[0]?.figures).toMatchObject({
      success_rate: { value: 1, n: 5 },
      'wall_seconds.p50': { value: 3, n: 5 },
      'wall_seconds.mad': { value: 1 },
      'prepare_seconds.p50': { value: 0.3 },
      artifact_drift: { value: 0 },
      leaked: { value: 0 },
      spec_lines: { value: 12 },
      unpinned: { value: 1 },
    });
    expect(cells[0]?.figures['throughput.max']).toBeUndefined();
  });

  test('a run that passed and left something behind is not good', () => {
    const { verdict, cells } = summarize(resultsOf([trial(), trial({ nth: 2, leaked: ['volume x'] })]), alone);
    expect(verdict).toBe('red');
    expect(cells[0]?.failures).toEqual([{ class: 'leftovers', n: 1, example: { trial: 'single#2', message: 'left behind: volume x' } }]);
  });

  test('an artifact that differs or is missing is named', () => {
    const results = [
      trial(),
      trial({
        nth: 2,
        artifacts: [
          { path: 'dist/app', sha256: 'b' },
          { path: 'new', sha256: 'c' },
        ],
      }),
    ];
    expect(summarize(resultsOf(results), alone).cells[0]?.drifts).toEqual([
      { path: 'dist/app', contents: 2, missing: 0, n: 2 },
      { path: 'new', contents: 1, missing: 1, n: 2 },
    ]);
  });

  test('nothing is said of the artifacts of a single run', () => {
    expect(summarize(resultsOf([trial()]), alone).cells[0]?.drifts).toBeUndefined();
  });

  test('throughput leaves out the time between an interrupt and its resumption', () => {
    const at = (minutes: number) => new Date(Date.parse('2026-01-02T01:00:00Z') + minutes * 60_000).toISOString();
    const load = (nth: number, session: number, minutes: number) =>
      trial({ kind: 'load', level: 2, nth, session, wallSeconds: 30, at: at(minutes) });
    const results = [load(1, 1, 0.5), load(2, 1, 0.5), load(3, 2, 300.5), load(4, 2, 300.5)];
    expect(summarize(resultsOf([trial(), ...results]), alone).cells[0]?.levels).toEqual([
      expect.objectContaining({ level: 2, n: 4, perMinute: 4 }),
    ]);
  });

  test('a cell that does not gain a tenth from the next level saturates there', () => {
    const load = (level: number, span: number) =>
      Array.from({ length: 4 }, (_, index) =>
        trial({ kind: 'load', level, nth: index + 1, wallSeconds: span, at: '2026-01-02T01:00:00.000Z' }),
      );
    const { cells } = summarize(resultsOf([trial(), ...load(1, 60), ...load(2, 30), ...load(4, 29)]), alone);
    expect(cells[0]?.figures['throughput.saturates_at']?.value).toBe(2);
  });

  test('a night that is not over is partial, whatever it has shown', () => {
    expect(summarize(resultsOf([trial(failed)], { trials: 9 }), alone).verdict).toBe('partial');
  });

  test('a pattern that cannot run is skipped, or fails the night where the document says so', () => {
    const cells = [cellRecord('single'), cellRecord('kind', { unavailable: ['kind is not on the PATH'] })];
    expect(summarize(resultsOf([trial()], { cells }), alone).verdict).toBe('green');
    expect(summarize(resultsOf([trial()], { cells, settings: { ...opened().settings, unavailable: 'fail' } }), alone).verdict).toBe('red');
  });
});

describe('gates', () => {
  const verdictOf = (
    gates: readonly GateSpec[],
    results: readonly TrialEnded[] = runs([10, 10, 11]),
    baseline?: ReturnType<typeof baselineFrom>,
  ) => summarize(resultsOf(results, withGates(gates)), { earlier: [], baselineOf: () => baseline });

  test('decide the verdict alone', () => {
    const results = [...runs([1, 1, 1, 1]), trial({ nth: 5, ...failed })];
    expect(verdictOf([gate({ min: 0.8 })], results).verdict).toBe('green');
    expect(verdictOf([gate({ min: 0.9 })], results)).toMatchObject({
      verdict: 'red',
      gates: [{ status: 'failed', says: 'it is 80 % (38 % to 96 %)', limit: 'at least 90 %' }],
    });
  });

  test('on something that was not measured does not hold', () => {
    expect(verdictOf([gate({ metric: 'throughput.max', min: 1 })]).gates[0]).toMatchObject({
      status: 'failed',
      says: 'nothing was measured that could be held against it',
    });
  });

  const base = (walls: readonly number[], machine = MACHINE) => baselineFrom('b', summarize(resultsOf(runs(walls), { machine }), alone));
  const regress = [gate({ metric: 'wall_seconds.p50', regressMax: 0.15 })];

  test('of a regression fail only where the intervals lie apart', () => {
    expect(verdictOf(regress, runs([13, 13.1, 13.2]), base([10, 10.1, 10.2])).gates[0]).toMatchObject({
      status: 'failed',
      says: expect.stringContaining('30 % worse'),
    });
    expect(verdictOf(regress, runs([9, 13, 14]), base([8, 10, 12])).gates[0]).toMatchObject({
      status: 'passed',
      says: expect.stringContaining('the intervals overlap'),
    });
    expect(verdictOf(regress, runs([11, 11, 11]), base([10, 10, 10])).gates[0]).toMatchObject({ status: 'passed' });
  });

  test('with no baseline, or one of another machine, say so and fail nothing', () => {
    expect(verdictOf(regress)).toMatchObject({
      verdict: 'green',
      gates: [{ status: 'open', says: 'not compared: there is no baseline last_green yet' }],
    });
    const elsewhere = base([1, 1, 1], { ...MACHINE, host: 'other', cpus: 64 });
    expect(verdictOf(regress, undefined, elsewhere).gates[0]).toMatchObject({
      status: 'open',
      says: expect.stringContaining('from another machine: other (64 × Some CPU, 16 GiB) is not builder'),
    });
  });
});

test('a comparison tells what moved and what changed on the machine, and nothing of another machine', () => {
  const then = baselineFrom('b', summarize(resultsOf(runs([1, 1, 1.1, 1, 1]), { machine: { ...MACHINE, docker: 'Docker 27' } }), alone));
  const now = summarize(resultsOf(runs([2, 2, 2.1, 2, 2])), { ...alone, compare: then });
  expect(now.comparison).toMatchObject({ why: undefined, software: ['Docker 27 → Docker 28.0.0, overlay2, cgroup v2'] });
  expect(now.comparison?.changes.map(({ metric }) => metric)).toContain('wall_seconds.p50');
  const other = summarize(resultsOf(runs([2])), { ...alone, compare: { ...then, machine: { ...MACHINE, cpu: 'Fast' } } });
  expect(other.comparison).toMatchObject({ changes: [], why: expect.stringContaining('another machine') });
});

test('a baseline of another version, or none, is refused', () => {
  expect(() => readBaseline('b.json', '{"v":0,"type":"matrix.baseline"}')).toThrow('b.json is no baseline that this runner reads');
  expect(() => readBaseline('b.json', 'oops')).toThrow('b.json is no baseline');
  const good = baselineFrom('b', summarize(resultsOf([trial()]), alone));
  expect(readBaseline('b.json', JSON.stringify(good))).toEqual(good);
});

describe('renderers', () => {
  const NASTY = '\u001b[31m<script>alert(1)</script>\u0000 | ` & "quoted"';
  const nasty = summarize(
    resultsOf([trial({ ...failed, failure: { class: 'build', step: NASTY, message: NASTY } }), trial({ nth: 2, leaked: [NASTY] })]),
    alone,
  );
  const night = summarize(wholeNight(20), alone);

  test('show nothing that a step said as anything but text', () => {
    for (const render of [htmlPage, matrixJunit]) {
      expect(render(nasty)).not.toContain('<script>');
      expect(render(nasty)).toContain('&lt;script&gt;');
    }
    expect(markdownText(nasty)).not.toContain('<script>');
    const texts = [
      htmlPage,
      matrixJunit,
      markdownText,
      prometheusText,
      (report: typeof nasty) => matrixText(report, { colours: coloursOf(false) }),
    ];
    for (const render of texts) expect(render(nasty)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test('JUnit has a suite a cell, with totals that are right', () => {
    const xml = matrixJunit(night);
    const [, tests, failures] = /<testsuites name="nightly" tests="(\d+)" failures="(\d+)"/.exec(xml) ?? [];
    expect(Number(tests)).toBe(xml.match(/<testcase/g)?.length);
    expect(Number(failures)).toBe(xml.match(/<failure/g)?.length);
    expect(xml.match(/<testsuite /g)).toHaveLength(6);
  });

  test('Prometheus gets each family once, with a value a line', () => {
    const lines = prometheusText(night).trimEnd().split('\n');
    const families = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
    expect(new Set(families).size).toBe(families.length);
    for (const line of lines.filter((one) => !one.startsWith('#')))
      expect(line).toMatch(/^runner_[a-z_]+\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\} -?[\d.e+-]+$/);
    expect(lines).toContainEqual(expect.stringMatching(/^runner_wall_seconds\{.*cell="kind".*quantile="0.95"\} /));
  });

  test('the screen has a row and a sentence a cell', () => {
    const text = matrixText(night, { colours: coloursOf(false) });
    for (const cell of ['host', 'single', 'serial', 'sibling', 'kind', 'vm']) expect(text).toMatch(new RegExp(`^${cell} `, 'm'));
    expect(text).toContain('kind: What has to be seen running on Kubernetes before it is shipped. Here all 20 runs passed');
    expect(text).toContain('vm: What needs a kernel or an operating system of its own. Not run here: not in this version of the runner.');
  });

  test('a narrow screen has as much of the table as fits', () => {
    const rows = matrixText(night, { colours: coloursOf(false), columns: 40 })
      .split('\n')
      .slice(0, 6);
    expect(rows[0]).toMatch(/^CELL +PASSED +MEDIAN/);
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(40);
  });

  test('a page of 10,000 results is far below 2 MB', () => {
    expect(htmlPage(summarize(wholeNight(2_000), alone)).length).toBeLessThan(1_000_000);
  });
});
