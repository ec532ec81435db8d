import { METRIC_NAMES, METRICS } from '../spec/matrix/metrics.ts';
import { type Baseline, changeOf, incomparable } from './baseline.ts';
import { gateResults } from './gates.ts';
import { sameMachine, softwareChanges } from './machine.ts';
import type { BaseComparison, CellReport, MatrixReport, Night } from './report/model.ts';
import { sentenceOf } from './report/sentence.ts';
import type { Results } from './results/read.ts';
import { type CellRecord, type TrialEnded, VERSION } from './results/records.ts';
import { type Comparison, paired } from './statistics/paired.ts';
import { type Figures, figuresOf } from './viability/figures.ts';
import { failuresOf, interruptsOf } from './viability/reliable.ts';
import { driftsOf, verdictsOf } from './viability/repeatable.ts';
import { levelsOf } from './viability/scalable.ts';
import { type CellView, viewOf, wallsOf } from './viability/view.ts';

export interface Summarizing {
  /** Nights before this one, oldest first. */
  readonly earlier: readonly Results[];
  baselineOf(name: string): Baseline | undefined;
  /** What the reader wants it compared with. */
  readonly compare?: Baseline;
}

/** What the results of one night show. Pure: the same results give the same report, to the last digit. */
export function summarize(results: Results, { earlier, baselineOf, compare }: Summarizing): MatrixReport {
  const { opened } = results;
  const all = [...results.ended.values()];
  const views = opened.cells.map((record) => viewOf(record, all));
  const cells = views.map((view) => cellReport(view, views, all));
  const gates = gateResults(opened.settings.gates, { cells, machine: opened.machine, baselineOf });
  const isComplete = all.length >= opened.trials;
  const missing = opened.settings.unavailable === 'fail' && opened.cells.some(({ unavailable }) => unavailable);
  const verdict = !isComplete ? 'partial' : missing || gates.some(({ status }) => status === 'failed') ? 'red' : 'green';
  const report: Omit<MatrixReport, 'history'> = {
    v: VERSION,
    type: 'matrix.report',
    name: opened.name,
    matrix: opened.matrix,
    runner: opened.runner,
    startedAt: opened.startedAt,
    endedAt:
      all
        .map(({ at }) => at)
        .toSorted()
        .at(-1) ?? opened.startedAt,
    sessions: results.sessions,
    machine: opened.machine,
    settings: opened.settings,
    verdict,
    trials: { planned: opened.trials, ended: all.length },
    cells,
    gates,
    comparison: compare && comparisonWith(compare, cells, opened.machine),
  };
  return { ...report, history: [...earlier.map((night) => nightOf(night, opened.machine)), ownNight(report)] };
}

/** The figures of a night, to be compared with later. */
export const baselineFrom = (name: string, { matrix, endedAt, runner, machine, cells }: MatrixReport): Baseline => ({
  v: VERSION,
  type: 'matrix.baseline',
  name,
  matrix,
  at: endedAt,
  runner,
  machine,
  cells: Object.fromEntries(cells.map(({ record, figures }) => [record.id, figures])),
});

function cellReport(view: CellView, views: readonly CellView[], all: readonly TrialEnded[]): CellReport {
  const { record, timed, good, loads, interrupts } = view;
  const cell: Omit<CellReport, 'sentence'> = {
    record,
    figures: figuresOf(view),
    runs: { timed: timed.length, good: good.length },
    verdicts: verdictsOf(timed),
    drifts: driftsOf(good),
    failures: failuresOf(timed),
    leaks: all.filter(({ cell: id, leaked }) => id === record.id && leaked.length > 0).map(({ trial, leaked }) => ({ trial, leaked })),
    interrupts: interruptsOf(interrupts),
    levels: levelsOf(loads),
    against: againstFirst(view, views),
    walls: wallsOf(good),
  };
  return { ...cell, sentence: sentenceOf(cell) };
}

/** The cell of the first pattern with the same values on the other axes, or else the first cell of all. */
function againstFirst(view: CellView, views: readonly CellView[]): (Comparison & { readonly cell: string }) | undefined {
  const measured = views.filter(({ good }) => good.length > 0);
  const first = measured.find(({ record }) => isTwin(record, view.record)) ?? measured[0];
  if (!first || first === view) return undefined;
  const comparison = paired(byNth(view.good), byNth(first.good));
  return comparison && { ...comparison, cell: first.record.id };
}

const isTwin = (one: CellRecord, other: CellRecord): boolean => {
  const axes = new Set([...Object.keys(one.values), ...Object.keys(other.values)]);
  return [...axes].every((axis) => axis === 'pattern' || one.values[axis] === other.values[axis]);
};

const byNth = (results: readonly TrialEnded[]): ReadonlyMap<number, number> =>
  new Map(results.map(({ nth, wallSeconds }) => [nth, wallSeconds]));

function comparisonWith(base: Baseline, cells: readonly CellReport[], machine: MatrixReport['machine']): BaseComparison {
  const why = incomparable(base, machine);
  const changes = cells.flatMap(({ record: { id }, figures }) =>
    METRIC_NAMES.flatMap((metric) => {
      const [now, then] = [figures[metric], base.cells[id]?.[metric]];
      return now && then && METRICS[metric].question !== 'maintainable' ? [{ cell: id, metric, ...changeOf(metric, now, then) }] : [];
    }),
  );
  const shown = why === undefined ? changes.filter(({ isShown }) => isShown) : [];
  return { baseline: base.name, at: base.at, why, software: softwareChanges(base.machine, machine), changes: shown };
}

function nightOf(night: Results, machine: MatrixReport['machine']): Night {
  const all = [...night.ended.values()];
  const { opened, closed } = night;
  return {
    matrix: opened.matrix,
    at: opened.startedAt,
    verdict: closed?.verdict ?? 'partial',
    otherMachine: sameMachine(opened.machine, machine),
    cells: Object.fromEntries(opened.cells.map((record) => [record.id, inShort(figuresOf(viewOf(record, all)))])),
  };
}

const ownNight = ({ matrix, startedAt, verdict, cells }: Omit<MatrixReport, 'history'>): Night => ({
  matrix,
  at: startedAt,
  verdict,
  otherMachine: undefined,
  cells: Object.fromEntries(cells.map(({ record, figures }) => [record.id, inShort(figures)])),
});

function inShort(figures: Figures): Night['cells'][string] {
  const wall = figures['wall_seconds.p50'];
  const success = figures.success_rate;
  return { ...(wall ? { 'wall_seconds.p50': wall } : {}), ...(success ? { success_rate: success } : {}) };
}
