import type { CheckPlan, ClusterPlan, LoadedImage, ManifestsPlan, ReleasePlan } from '../../plan/kubernetes.ts';
import type { OnOutput, OnProgress } from '../ports.ts';

export interface Waiting {
  /** Ends the wait and what was started for it; never leaves a program running. */
  readonly signal: AbortSignal;
  readonly onOutput: OnOutput;
  readonly onProgress: OnProgress;
}

/** How many clusters this machine carries, found out before one is made. */
export interface ClusterRoom {
  /** At once, this one included; 0: something has to be changed first. */
  readonly clusters: number;
  /** How many may be starting at the same time: that takes processors. */
  readonly startsAtOnce: number;
  /** What sets that number, one sentence each; of what stands in the way, with what to change. */
  readonly because: readonly string[];
}

/**
 * Throwaway clusters on this machine's daemon. The user's kubeconfig is never read or written.
 * Rejects with `cluster.*` RunnerErrors.
 */
export interface ClusterEngine {
  /** The kind that is used: `kind v0.27.0 …`. Rejects with `host.tool-missing`. */
  version(): Promise<string>;
  /** Looks at inotify limits, memory, disk and processors; contacts nobody but the daemon. */
  room(): Promise<ClusterRoom>;
  /**
   * Resolves when the API server answers and both kubeconfigs are written; readiness is the watcher's to say. The signal ends kind, but no
   * container that is being made is abandoned: each is there, and named, when the promise settles.
   */
  create(cluster: ClusterPlan, options: Waiting): Promise<void>;
  /** kind has done the rest, too: addons, storage class. Rejects with `cluster.failed` when it could not; nothing of it need be waited for before. */
  completed(name: string): Promise<void>;
  /** By name, with nodes and their volumes, whatever state they are in; absent is fine. Its network is the plan's own. */
  remove(name: string): Promise<void>;
  /** The names of all clusters' nodes, ours or not, with the cluster of each; of one cluster when it is named. */
  nodes(cluster?: string): Promise<readonly { readonly node: string; readonly cluster: string }[]>;
  /** What the nodes' journals and kind itself said last, file name to text, for what went wrong before an API server could tell. Never rejects. */
  evidence(name: string): Promise<ReadonlyMap<string, string>>;
  /** May be called while `create` runs: waits for the nodes' containers. Says how each image came there, one sentence each. */
  load(cluster: string, images: readonly LoadedImage[], options: Waiting): Promise<readonly string[]>;
}

/** One cluster's API, through a kubeconfig. Rejects with `cluster.*`, `workload.*` and `check.*` RunnerErrors. */
export interface KubernetesEngine {
  /** Nodes ready, the default ServiceAccount there: what a cluster needs before a pod can be made. With the last state when the time is over. */
  untilUsable(kubeconfig: string, options: Waiting & { readonly timeoutMs: number }): Promise<void>;
  /** Server-side apply of files and folders, in order; then waits until what they made is ready. */
  apply(manifests: ManifestsPlan, options: Waiting): Promise<string>;
  /** Holds, or rejects with the last answer when the time is over. */
  check(check: CheckPlan, options: Waiting): Promise<string>;
  /** Events, descriptions, logs (also of before a restart), Helm's releases: file name to text. Never rejects, and ends with the signal. */
  evidence(kubeconfig: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

/** Charts. Rejects with `chart.*` RunnerErrors. */
export interface ChartEngine {
  /** Installs, and waits by watching, not by Helm's own polling; fails at once where no wait can help. Runs the chart's tests when asked. */
  install(release: ReleasePlan, options: Waiting): Promise<string>;
}
