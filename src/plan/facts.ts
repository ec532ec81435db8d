import type { Env } from '../spec/spec.ts';
import type { PathMap } from './paths.ts';

/** Who started the runner, as the kernel says. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
  /** Every group, the primary one included. */
  readonly groups: readonly number[];
  readonly userName: string;
  readonly home: string;
}

/** What was learnt about this machine before planning. Patterns read facts; they never go and look. */
export interface HostFacts {
  readonly environment: Env;
  readonly caller: Caller;
  /** `<boot id>/<pid namespace>/<pid>/<start time>/<machine>`: see ledger/owner.ts. */
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The caller's known_hosts, when there is one. */
  readonly knownHosts: string | undefined;
  readonly paths: PathMap;
  /** Folder for the run's scratch folder, absolute. */
  readonly tempFolder: string;
}
