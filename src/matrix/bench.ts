import type { ReportJson } from '../report/report-json.ts';
import type { Cell } from './cells.ts';
import type { Usage } from './results/records.ts';
import type { Trial } from './schedule.ts';

/** How a run went, before anybody judges it. */
export interface Ran {
  readonly wallSeconds: number;
  /** As a shell would say it. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | undefined;
  /** Undefined: the runner was killed, or refused the spec, before it could write one. */
  readonly report: ReportJson | undefined;
  /** The last it said. */
  readonly lastLines: readonly string[];
  readonly usage: Usage;
  readonly interruptedAfterSeconds: number | undefined;
}

export interface RunningTrial {
  /** Of the process: see ledger/owner.ts. */
  readonly owner: string;
  /** Never rejects. */
  readonly ended: Promise<Ran>;
  /** Ask it to end, as Ctrl-C would; what it made is its own to give back. */
  interrupt(): void;
}

export interface TrialOptions {
  /** Nothing else of the matrix runs meanwhile. */
  readonly alone: boolean;
  readonly interruptAfterMs: number | undefined;
}

/** Everything there is at one moment, a line each. */
export type Snapshot = readonly string[];

/** Where trials are run: this machine, or a fake one. */
export interface Bench {
  start(trial: Trial, cell: Cell, options: TrialOptions): Promise<RunningTrial>;
  look(): Promise<Snapshot>;
  /** What there is and was not in the snapshot; looks again for as long as there is something, up to the time given. */
  appeared(before: Snapshot, withinMs: number): Promise<readonly string[]>;
}
