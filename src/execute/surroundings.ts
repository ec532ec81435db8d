import type { Engines } from '../engine/ports.ts';
import type { Resource } from '../plan/resource.ts';
import type { Emit } from '../report/events.ts';
import type { Stops } from './stops.ts';

/** What the run's ledger promises the executor; the real one is in `ledger/`. */
export interface RunLedger {
  removed(resource: Resource): void;
  keep(untilMs: number): Promise<void>;
  /** Everything is gone, and the ledger goes with it. */
  close(): Promise<void>;
  /** Something is left for the reaper and for `gc`. */
  leave(): Promise<void>;
}

/** Everything a run needs from outside. */
export interface Surroundings {
  readonly engines: Engines;
  readonly ledger: RunLedger;
  readonly emit: Emit;
  readonly stops: Stops;
  /** The values behind `Plan.secrets`, by name. */
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  readonly startedAt: Date;
  /** Held while the run uses a cache; released when the promise it returns resolves. */
  readonly lockCache: (name: string, waiting: Patience) => Promise<() => Promise<void>>;
  /** Room on this machine for one more cluster, waited for while there is none. */
  readonly admitCluster: (waiting: Patience) => Promise<Admission>;
}

export interface Patience {
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A place among the clusters of this machine. */
export interface Admission {
  /** It has started: somebody else may start now. */
  started(): Promise<void>;
  /** It is gone. */
  release(): Promise<void>;
}
