/** What went wrong, as a stable word that scripts and tests can match on. The first word is the class that picks the exit code. */
export type ErrorCode =
  | 'usage.invalid'
  | 'spec.invalid'
  | 'policy.refused'
  | 'docker.unreachable'
  | 'docker.permission'
  | 'docker.failed'
  | 'docker.gone'
  | 'image.missing'
  | 'image.no-shell'
  | 'image.build-failed'
  | 'mount.missing'
  | 'mount.unreachable'
  | 'self.unidentified'
  | 'network.no-subnet'
  | 'port.in-use'
  | 'service.failed'
  | 'service.not-ready'
  | 'cache.locked'
  | 'cluster.no-room'
  | 'cluster.failed'
  | 'cluster.not-ready'
  | 'cluster.load-failed'
  | 'cluster.unreachable'
  | 'workload.failed'
  | 'workload.not-ready'
  | 'manifest.invalid'
  | 'manifest.refused'
  | 'check.failed'
  | 'chart.missing'
  | 'chart.invalid'
  | 'chart.failed'
  | 'host.tool-missing'
  | 'host.failed'
  | 'host.disk-full'
  | 'state.unwritable'
  | 'run.not-found'
  | 'results.invalid'
  | 'run.timed-out'
  | 'runner.bug';

/** A place in the user's document: line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ErrorNotes {
  /** Facts that narrow the cause down, one per line. */
  readonly detail?: readonly string[];
  /** The next thing the user should try, as an instruction. */
  readonly hint?: string;
  readonly at?: Place;
  readonly cause?: unknown;
}

/** The runner could not do its job. A build that fails is a Report, never a RunnerError. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError';
  readonly code: ErrorCode;
  readonly detail: readonly string[];
  readonly hint: string | undefined;
  readonly at: Place | undefined;

  constructor(code: ErrorCode, message: string, notes: ErrorNotes = {}) {
    super(message, notes.cause === undefined ? undefined : { cause: notes.cause });
    this.code = code;
    this.detail = notes.detail ?? [];
    this.hint = notes.hint;
    this.at = notes.at;
  }
}

/** Whatever was thrown, as a RunnerError; the unexpected becomes `runner.bug` with its cause kept. */
export function toRunnerError(thrown: unknown): RunnerError {
  if (thrown instanceof RunnerError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new RunnerError('runner.bug', message, {
    cause: thrown,
    hint: 'This is a defect in the runner: please report it with the command and `runner --version`.',
  });
}
