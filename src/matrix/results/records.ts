import type { Phases, Status } from '../../report/report.ts';
import type { GateSpec, InterruptSignal, Selection } from '../../spec/matrix/matrix.ts';
import type { PatternName } from '../../spec/spec.ts';
import type { Shard, Trial } from '../schedule.ts';

/** Raised when a field changes its meaning. Readers pass over fields and types that they do not know. */
export const VERSION = 1;

/** What timings depend on. */
export interface Machine {
  readonly host: string;
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** `Docker 28.5.2, overlay2, cgroup 2`; undefined where no daemon answers. */
  readonly docker: string | undefined;
}

/** What can be said of a cell without running it. */
export interface CellFacts {
  readonly specLines: number;
  /** Programs and daemons with their versions. */
  readonly prerequisites: readonly string[];
  /** What the plan hands to the steps, a sentence each. */
  readonly privileges: readonly string[];
  readonly images: readonly { readonly name: string; readonly pinned: boolean }[];
}

export interface CellRecord {
  readonly id: string;
  readonly pattern: PatternName;
  readonly values: Selection;
  /** Why it is not run: what this machine lacks, or what of the spec the pattern would pass over; undefined: it is. */
  readonly unavailable?: readonly string[];
  readonly facts?: CellFacts;
}

export interface Opened {
  readonly v: typeof VERSION;
  readonly type: 'matrix.opened';
  /** A UUID of version 7: results sort by it. */
  readonly matrix: string;
  readonly name: string;
  readonly file: string;
  /** Of everything that decides what is run: only the same may be resumed. */
  readonly digest: string;
  readonly runner: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly shard?: Shard;
  readonly machine: Machine;
  readonly settings: {
    readonly repeat: number;
    readonly warmup: number;
    readonly order: 'shuffled' | 'sequential';
    readonly seed: number;
    readonly maxParallel: number;
    readonly leakCheck: boolean;
    readonly unavailable: 'skip' | 'fail';
    readonly parallelism: readonly number[];
    readonly gates: readonly GateSpec[];
  };
  readonly cells: readonly CellRecord[];
  /** How many trials there are to be. */
  readonly trials: number;
}

/** One process that worked on the matrix: the first, or one that resumed it. */
export interface SessionOpened {
  readonly v: typeof VERSION;
  readonly type: 'session.opened';
  readonly session: number;
  readonly at: string;
}

/** So that whoever resumes finds a run that outlived its matrix. */
export interface TrialStarted {
  readonly v: typeof VERSION;
  readonly type: 'trial.started';
  readonly trial: string;
  /** See ledger/owner.ts. */
  readonly owner: string;
}

export const FAILURE_CLASSES = ['build', 'timeout', 'infrastructure', 'cleanup', 'leftovers', 'refused', 'crash'] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

export interface Failure {
  readonly class: FailureClass;
  /** The step it happened in, where there is one. */
  readonly step?: string;
  readonly message: string;
}

/** Largest values while the run went on; a container's as last sampled before it ended. */
export interface Usage {
  readonly cpuSeconds?: number;
  readonly rssBytes?: number;
  readonly diskBytes?: number;
}

export interface Artifact {
  readonly path: string;
  readonly sha256: string;
}

/** How one run went. */
export interface TrialEnded extends Pick<Trial, 'cell' | 'kind' | 'nth' | 'level'> {
  readonly v: typeof VERSION;
  readonly type: 'trial.ended';
  readonly trial: string;
  readonly session: number;
  /** ISO 8601. */
  readonly at: string;
  readonly wallSeconds: number;
  /** The stored run, where one was made. */
  readonly run?: string;
  readonly status: Status | 'lost';
  readonly exitCode: number;
  readonly failure?: Failure;
  readonly phases?: Phases;
  readonly artifacts: readonly Artifact[];
  /** Things that were there after it and not before. With others under way at the same time: after all of them. */
  readonly leaked: readonly string[];
  readonly usage: Usage;
  readonly signal?: InterruptSignal;
  /** When it was interrupted; left out where it ended before. */
  readonly interruptedAfterSeconds?: number;
}

/** What was there after runs at the same time, and not before; told of the last of them. */
export interface LeaksFound {
  readonly v: typeof VERSION;
  readonly type: 'leaks.found';
  readonly trial: string;
  /** How many it may have been. */
  readonly among: number;
  readonly leaked: readonly string[];
}

export interface Closed {
  readonly v: typeof VERSION;
  readonly type: 'matrix.closed';
  readonly at: string;
  readonly verdict: 'green' | 'red';
}

export type ResultRecord = Opened | SessionOpened | TrialStarted | TrialEnded | LeaksFound | Closed;

/** A run that did everything right. */
export const isGood = ({ status, exitCode, leaked }: Pick<TrialEnded, 'status' | 'exitCode' | 'leaked'>): boolean =>
  status === 'passed' && exitCode === 0 && leaked.length === 0;
