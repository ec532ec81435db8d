import type { Override } from '../overrides.ts';
import type { MetricName } from './metrics.ts';

/** Axes with a meaning of their own; every other one is a field of the spec. */
export const AXES = ['pattern', 'cache', 'spec'] as const;

/** `cold`: the caches that the spec mounts are empty in every run. `warm`: they are as the run before left them. */
export const CACHE_STATES = ['cold', 'warm'] as const;

export type AxisValue = string | number | boolean;

/** Values by axis. */
export type Selection = Readonly<Record<string, AxisValue>>;

/** One more cell, and what is set in its spec. */
export interface Inclusion {
  readonly where: Selection;
  readonly set: readonly Override[];
}

export const SIGNALS = ['int', 'term', 'kill'] as const;
export type InterruptSignal = (typeof SIGNALS)[number];

export interface GateSpec {
  readonly metric: MetricName;
  /** The cells it is about; empty: all. */
  readonly where: Selection;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** As a ratio: `15%` is 0.15. */
  readonly regressMax: number | undefined;
  /** `last_green`, or the name of a baseline that was stored. */
  readonly baseline: string;
}

/** The files that a matrix writes, relative to its document. */
export const REPORT_FORMATS = ['html', 'json', 'junit', 'prometheus', 'markdown'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** One workload under many patterns: what the user asked for, with defaults filled in and paths absolute. */
export interface Matrix {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** Absolute; relative paths in the document start here. */
  readonly folder: string;
  readonly spec: string;
  /** In the order of the document. */
  readonly axes: Readonly<Record<string, readonly AxisValue[]>>;
  readonly exclude: readonly Selection[];
  readonly include: readonly Inclusion[];
  readonly repeat: number;
  readonly warmup: number;
  readonly order: 'shuffled' | 'sequential';
  readonly seed: number;
  readonly maxParallel: number;
  readonly failFast: boolean;
  /** Of each run; undefined: what its spec says. */
  readonly timeoutMs: number | undefined;
  readonly unavailable: 'skip' | 'fail';
  readonly leakCheck: boolean;
  readonly interrupts: { readonly signals: readonly InterruptSignal[]; readonly each: number };
  /** Numbers of runs at the same time for the question of scale; empty: it is not asked. */
  readonly parallelism: readonly number[];
  readonly gates: readonly GateSpec[];
  readonly report: Readonly<Partial<Record<ReportFormat, string>>>;
}
