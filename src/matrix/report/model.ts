import type { MetricName } from '../../spec/matrix/metrics.ts';
import type { Change } from '../baseline.ts';
import type { GateResult } from '../gates.ts';
import type { CellRecord, Machine, Opened, VERSION } from '../results/records.ts';
import type { Comparison } from '../statistics/paired.ts';
import type { Figures } from '../viability/figures.ts';
import type { FailureCount, Interrupts } from '../viability/reliable.ts';
import type { Drift, Verdict } from '../viability/repeatable.ts';
import type { Level } from '../viability/scalable.ts';

/** What a matrix shows of one cell. */
export interface CellReport {
  readonly record: CellRecord;
  readonly figures: Figures;
  readonly runs: { readonly timed: number; readonly good: number };
  readonly verdicts: readonly Verdict[];
  /** Undefined: no two runs brought files back. */
  readonly drifts: readonly Drift[] | undefined;
  readonly failures: readonly FailureCount[];
  readonly leaks: readonly { readonly trial: string; readonly leaked: readonly string[] }[];
  readonly interrupts: readonly Interrupts[];
  readonly levels: readonly Level[];
  /** Median wall time ÷ that of the cell it is compared with, of runs side by side; undefined for that cell itself. */
  readonly against: (Comparison & { readonly cell: string }) | undefined;
  /** Seconds of each timed run that passed, in their order. */
  readonly walls: readonly number[];
  /** What it is good for, and what it cost here. */
  readonly sentence: string;
}

/** One night of a matrix in the history. */
export interface Night {
  readonly matrix: string;
  /** ISO 8601. */
  readonly at: string;
  readonly verdict: 'green' | 'red' | 'partial';
  /** Empty: the figures may be compared with those of the night that is reported. */
  readonly otherMachine: string | undefined;
  readonly cells: Readonly<Record<string, Pick<Figures, 'wall_seconds.p50' | 'success_rate'>>>;
}

/** Against a baseline that the reader named: by cell and metric, what moved. */
export interface BaseComparison {
  readonly baseline: string;
  /** ISO 8601. */
  readonly at: string;
  /** Why nothing is compared; undefined: it is. */
  readonly why: string | undefined;
  /** What else has changed on the same machine. */
  readonly software: readonly string[];
  readonly changes: readonly (Change & { readonly cell: string; readonly metric: MetricName })[];
}

/** Everything that the renderers show; plain data. */
export interface MatrixReport {
  readonly v: typeof VERSION;
  readonly type: 'matrix.report';
  readonly name: string;
  readonly matrix: string;
  readonly runner: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly sessions: number;
  readonly machine: Machine;
  readonly settings: Opened['settings'];
  /** `partial`: it was interrupted, and can be resumed. */
  readonly verdict: 'green' | 'red' | 'partial';
  readonly trials: { readonly planned: number; readonly ended: number };
  readonly cells: readonly CellReport[];
  readonly gates: readonly GateResult[];
  readonly comparison: BaseComparison | undefined;
  /** Oldest first, the night itself last. */
  readonly history: readonly Night[];
}
