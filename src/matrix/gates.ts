import type { GateSpec } from '../spec/matrix/matrix.ts';
import { type Baseline, changeOf, incomparable } from './baseline.ts';
import { matches } from './cells.ts';
import { figureText, percentText } from './report/figure-text.ts';
import type { CellRecord, Machine } from './results/records.ts';
import type { Figure, Figures } from './viability/figures.ts';

/** What a gate says of a cell. `open`: there was nothing to compare with, which is said and fails nothing. */
export interface GateResult {
  readonly metric: GateSpec['metric'];
  readonly cell: string;
  /** `at least 0.99`, `at most 15 % worse than last_green`. */
  readonly limit: string;
  readonly status: 'passed' | 'failed' | 'open';
  /** One sentence. */
  readonly says: string;
}

export interface GateWorld {
  readonly cells: readonly { readonly record: CellRecord; readonly figures: Figures }[];
  readonly machine: Machine;
  baselineOf(name: string): Baseline | undefined;
}

const everywhere = { where: {}, min: undefined, max: undefined, regressMax: undefined, baseline: 'last_green' } as const;

/** What must hold where the document says nothing. */
export const DEFAULT_GATES: readonly GateSpec[] = [
  { ...everywhere, metric: 'success_rate', min: 1 },
  { ...everywhere, metric: 'leaked', max: 0 },
];

/** Every gate on every cell it is about that this machine can run. */
export function gateResults(gates: readonly GateSpec[], world: GateWorld): readonly GateResult[] {
  return (gates.length > 0 ? gates : DEFAULT_GATES).flatMap((gate) =>
    world.cells
      .filter(({ record }) => record.unavailable === undefined && matches(record.values, gate.where))
      .flatMap(({ record, figures }) => checksOf(gate, figures[gate.metric], { cell: record.id, world })),
  );
}

interface About {
  readonly cell: string;
  readonly world: GateWorld;
}

type Check = Pick<GateResult, 'limit' | 'status' | 'says'>;

function checksOf(gate: GateSpec, figure: Figure | undefined, about: About): readonly GateResult[] {
  const { metric, min, max, regressMax } = gate;
  const checks: Check[] = [];
  const text = figure && figureText(metric, figure);
  const bound = (limit: string, holds: (value: number) => boolean): Check =>
    figure === undefined
      ? { limit, status: 'failed', says: 'nothing was measured that could be held against it' }
      : { limit, status: holds(figure.value) ? 'passed' : 'failed', says: `it is ${text}` };
  if (min !== undefined) checks.push(bound(`at least ${figureText(metric, { value: min, n: 1 })}`, (value) => value >= min));
  if (max !== undefined) checks.push(bound(`at most ${figureText(metric, { value: max, n: 1 })}`, (value) => value <= max));
  if (regressMax !== undefined) checks.push(regression({ ...gate, regressMax }, figure, about));
  return checks.map((check) => ({ metric, cell: about.cell, ...check }));
}

function regression(
  { metric, regressMax, baseline: name }: GateSpec & { readonly regressMax: number },
  figure: Figure | undefined,
  { cell, world }: About,
): Check {
  const limit = `at most ${percentText(regressMax)} worse than ${name}`;
  const baseline = world.baselineOf(name);
  if (!baseline) return { limit, status: 'open', says: `not compared: there is no baseline ${name} yet` };
  const why = incomparable(baseline, world.machine);
  if (why !== undefined) return { limit, status: 'open', says: `not compared with ${name}: ${why}` };
  const then = baseline.cells[cell]?.[metric];
  if (!then || !figure)
    return { limit, status: 'open', says: `not compared: ${then ? 'nothing was measured now' : `${name} has no such figure`}` };
  const { worse, isShown } = changeOf(metric, figure, then);
  const says = `it was ${figureText(metric, then)} and is ${figureText(metric, figure)}`;
  if (worse <= regressMax) return { limit, status: 'passed', says };
  return isShown
    ? { limit, status: 'failed', says: `${says}: ${percentText(worse)} worse` }
    : { limit, status: 'passed', says: `${says}, but the intervals overlap: no difference is shown` };
}
