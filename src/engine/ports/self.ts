import type { ProbePlan } from '../../plan/objects.ts';
import type { PathMap } from '../../plan/paths.ts';

/**
 * Where the runner itself is, as the daemon sees it. Rejects with `self.unidentified` when the runner is in a container and
 * nothing can be verified, with `docker.*` when the daemon does not answer.
 */
export interface SelfEngine {
  /** Calls the daemon only where something says that the runner is in a container, or that the daemon is not on this machine. */
  locate(asked: WhoAmI): Promise<Located>;
  /**
   * Writes a file at each path and reads it back through the mount, in a container that is created and never started; the
   * container and the image stay, to be removed by their owner. Rejects with `mount.unreachable` and what the daemon sees instead.
   */
  probe(plan: ProbePlan): Promise<void>;
}

export interface WhoAmI {
  /** Said by hand: the id or name of the container, or `none`. */
  readonly named: string | undefined;
  /** `/tmp/x` to what it is without symbolic links; undefined where there is nothing. */
  readonly realPath: (path: string) => string | undefined;
}

export interface Located {
  /** `real` is still empty. */
  readonly paths: PathMap;
  /** `in a Docker container`, `on this machine`. */
  readonly where: string;
  /** What each way to find out came to, in the order of trying. */
  readonly tried: readonly Tried[];
}

export interface Tried {
  /** `cgroup`, `hostname`, … */
  readonly method: string;
  readonly says: string;
}
