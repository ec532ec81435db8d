import type { RunEngines } from '../engine/ports.ts';
import type { Finding } from '../ledger/full-audit.ts';

import type { Resource } from '../plan/resource.ts';
import type { Emit } from '../report/events.ts';
import type { Stops } from './stops.ts';

/** What the run's ledger promises the executor; the real one is in `ledger/`. */
export interface RunLedger {
  /** On disk when it resolves: for what turned up while the run was under way. */
  own(resource: Resource): Promise<void>;
  removed(resource: Resource): void;
  keep(untilMs: number): Promise<void>;
  /** Everything is gone, and the ledger goes with it. */
  close(): Promise<void>;
  /** Something is left for the reaper and for `gc`. */
  leave(): Promise<void>;
}

/** What probes have proved before, by words that name a mount and its daemon. */
export interface Proofs {
  /** Those of the words that are not proved. */
  missing(words: readonly string[]): Promise<readonly string[]>;
  add(words: readonly string[]): Promise<void>;
}

/** Everything a run needs from outside. */
export interface Surroundings {
  readonly engines: RunEngines;
  readonly ledger: RunLedger;
  readonly emit: Emit;
  readonly stops: Stops;
  /** The values behind `Plan.secrets`, by name. */
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  readonly startedAt: Date;
  /** What has changed on the daemon and on this machine since before the run; left out: nobody wants to know. */
  readonly audit?: (() => Promise<readonly Finding[]>) | undefined;
  readonly proofs: Proofs;
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
