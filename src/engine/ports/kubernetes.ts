import type { CheckPlan, ClusterPlan, LoadedImage, ReleasePlan } from '../../plan/kubernetes.ts';
import type { OnOutput, OnProgress } from '../ports.ts';

export interface Waiting {
  /** Ends the wait and what was started for it; never leaves a program running. */
  readonly signal: AbortSignal;
  readonly onOutput: OnOutput;
  readonly onProgress: OnProgress;
}

/**
 * Throwaway clusters on this machine's daemon. The user's kubeconfig is never read or written.
 * Rejects with `cluster.*` RunnerErrors.
 */
export interface ClusterEngine {
  /** Resolves when the API server answers and both kubeconfigs are written; readiness is the watcher's to say. Takes no signal: it settles. */
  create(cluster: ClusterPlan, options: Omit<Waiting, 'signal'>): Promise<void>;
  /** By name, with nodes, volumes and network, whatever state they are in; absent is fine. */
  remove(name: string): Promise<void>;
  /** May be called while `create` runs: waits for the nodes' containers. Says how each image came there, one sentence each. */
  load(cluster: ClusterPlan, images: readonly LoadedImage[], options: Waiting): Promise<readonly string[]>;
}

/** One cluster's API, through a kubeconfig. Rejects with `cluster.*`, `workload.*` and `check.*` RunnerErrors. */
export interface KubernetesEngine {
  /** Nodes ready, the default ServiceAccount there: what a cluster needs before a pod can be made. */
  untilUsable(kubeconfig: string, options: Waiting): Promise<void>;
  /** Server-side apply of files and folders, in order; then waits until what they made is ready. */
  apply(kubeconfig: string, files: readonly string[], options: Waiting): Promise<string>;
  /** Holds, or rejects with the last answer when the time is over. */
  check(check: CheckPlan, options: Waiting): Promise<string>;
  /** Events, descriptions, logs (also of before) and the node's journal: file name to text. Never rejects. */
  evidence(kubeconfig: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

/** Charts. Rejects with `chart.*` RunnerErrors. */
export interface ChartEngine {
  /** Installs, and waits by watching, not by Helm's own polling; fails at once where no wait can help. Runs the chart's tests when asked. */
  install(release: ReleasePlan, options: Waiting): Promise<string>;
}
