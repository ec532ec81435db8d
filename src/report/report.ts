import type { Exit, GatheredFile } from '../engine/ports.ts';
import type { RunnerError } from '../errors.ts';
import type { RunId } from '../plan/names.ts';
import type { StepKind } from '../plan/plan.ts';
import type { CleanupResult, Resource } from '../plan/resource.ts';
import type { PatternName } from '../spec/spec.ts';

/** passed and failed are the build's own verdict; errored is ours; the rest never got that far. */
export type Status = 'passed' | 'failed' | 'errored' | 'cancelled' | 'skipped';

export interface StepReport {
  readonly name: string;
  readonly kind: StepKind;
  readonly status: Status;
  /** Milliseconds from the run's start. */
  readonly startedMs: number;
  readonly durationMs: number;
  /** How often it ran; 0 when it was skipped. */
  readonly attempts: number;
  readonly exit?: Exit;
  readonly timedOut?: true;
  /** It failed, and the spec allows that. */
  readonly allowed?: true;
  readonly error?: RunnerError;
  /** One more fact for the reader: `ready after 1.2 s (tcp 5432)`, `91 MB, 7 layers`. */
  readonly note?: string;
}

export type { CleanupResult };

/** A result that was brought back: relative to where it lies. */
export type Artifact = GatheredFile;

/** Milliseconds spent: making the environment, running the user's steps, bringing results back, giving everything back. */
export interface Phases {
  readonly prepareMs: number;
  readonly runMs: number;
  readonly collectMs: number;
  readonly cleanUpMs: number;
}

/** What happened, as data. A failing build is a Report; a failing runner is a step or run that errored. */
export interface Report {
  readonly run: RunId;
  readonly name: string;
  readonly pattern: PatternName;
  readonly status: Exclude<Status, 'skipped'>;
  readonly exitCode: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly phases: Phases;
  readonly steps: readonly StepReport[];
  readonly artifacts: readonly Artifact[];
  readonly artifactsDir?: string;
  readonly cleanup: readonly CleanupResult[];
  /** What still exists after cleanup, asked of the daemon and of this machine. */
  readonly leftovers: readonly Resource[];
  /** What else has changed on the daemon and on this machine, when that was asked for: see `Finding`. */
  readonly audit?: readonly { readonly change: 'appeared' | 'vanished'; readonly what: string; readonly why?: string }[];
  /** Set when the run was kept for a look inside. */
  readonly kept?: { readonly until: string; readonly container?: string };
  readonly signal?: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
  readonly timedOut?: true;
}
