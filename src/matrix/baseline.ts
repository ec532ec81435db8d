import { RunnerError } from '../errors.ts';
import { METRICS, type MetricName } from '../spec/matrix/metrics.ts';
import { sameMachine } from './machine.ts';
import { type Machine, VERSION } from './results/records.ts';
import { overlap } from './statistics/interval.ts';
import type { Figure, Figures } from './viability/figures.ts';

/** Figures of another night, to compare with. */
export interface Baseline {
  readonly v: typeof VERSION;
  readonly type: 'matrix.baseline';
  readonly name: string;
  /** Of the results they come from. */
  readonly matrix: string;
  /** ISO 8601. */
  readonly at: string;
  readonly runner: string;
  readonly machine: Machine;
  readonly cells: Readonly<Record<string, Figures>>;
}

/** How a figure stands to that of a baseline. */
export interface Change {
  /** Now ÷ then. */
  readonly ratio: number;
  /** Whether the intervals leave room for no change at all. */
  readonly isShown: boolean;
  /** By how much it is worse, as a ratio; below 0: it is better. */
  readonly worse: number;
}

/** Throws `results.invalid` for what is no baseline of this version. */
export function readBaseline(file: string, text: string): Baseline {
  const fail = (why: string): never => {
    throw new RunnerError('results.invalid', `${file} is no baseline that this runner reads`, {
      detail: [why],
      hint: 'Store it again: `runner report RESULTS --save-baseline NAME`.',
    });
  };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return fail('it is not JSON');
  }
  const { v, type } = (content ?? {}) as Partial<Baseline>;
  if (type !== 'matrix.baseline') return fail('it holds something else');
  return v === VERSION ? (content as Baseline) : fail(`it says v ${JSON.stringify(v)}, and this runner reads v ${VERSION}`);
}

/** Why figures of that night may not be held against those of this machine; undefined: they may. */
export const incomparable = ({ machine }: Baseline, now: Machine): string | undefined => {
  const other = sameMachine(machine, now);
  return other && `it is from another machine: ${other}`;
};

/** A figure without an interval is exact: counts are. */
export function changeOf(metric: MetricName, now: Figure, then: Figure): Change {
  const ratio = then.value === 0 ? (now.value === 0 ? 1 : Number.POSITIVE_INFINITY) : now.value / then.value;
  const worse = METRICS[metric].better === 'lower' ? ratio - 1 : ratio === 0 ? Number.POSITIVE_INFINITY : 1 / ratio - 1;
  return { ratio, worse, isShown: !overlap(rangeOf(now), rangeOf(then)) };
}

const rangeOf = ({ value, low = value, high = value }: Figure) => ({ low, high });
