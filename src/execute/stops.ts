import type { RunnerError } from '../errors.ts';

/** The signals that end a run early. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * What may end a run before its last step. The first signal stops what runs, gently and within the grace; the second kills.
 * The run's own deadline and the death of a service stop it as the first signal does.
 */
export class Stops {
  readonly #gentle = new AbortController();
  readonly #forced = new AbortController();
  readonly #graceMs: number;
  #reason: StopReason | undefined;
  #count = 0;
  #isRunning = true;

  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  /** Why the run was stopped; the first reason explains everything after it. */
  get reason(): StopReason | undefined {
    return this.#reason;
  }

  /** Aborts with the first reason. */
  get signal(): AbortSignal {
    return this.#gentle.signal;
  }

  /** Aborts when patience is over: at the second signal, or when the grace after the first has passed. */
  get forced(): AbortSignal {
    return this.#forced.signal;
  }

  /** Returns how many signals came so far. */
  interrupt(signal: StopSignal): number {
    this.#count += 1;
    if (this.#count > 1) this.#forced.abort();
    this.stop({ by: 'signal', signal });
    return this.#count;
  }

  stop(reason: StopReason): void {
    if (this.#reason || (!this.#isRunning && reason.by !== 'signal')) return;
    this.#reason = reason;
    this.#gentle.abort();
    setTimeout(() => this.#forced.abort(), this.#graceMs).unref();
  }

  /** The last step is over: services that end from now on were told to, and only a person can still be impatient. */
  stepsAreOver(): void {
    this.#isRunning = false;
  }

  /** How long a process may take from SIGTERM to its end before it is killed. */
  readonly killAfterMs = (): number => (this.#forced.signal.aborted ? 0 : this.#graceMs);
}

export type StopReason =
  | { readonly by: 'signal'; readonly signal: StopSignal }
  | { readonly by: 'deadline' }
  /** A service that the steps need has ended. */
  | { readonly by: 'failure'; readonly service: string; readonly error: RunnerError };
