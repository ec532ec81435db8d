import type { CheckSpec, PullPolicy, ReleaseSpec } from '../spec/spec.ts';

/** A throwaway cluster, with every name chosen. Its nodes carry kind's labels only: they are known by the cluster's name, which is the run's. */
export interface ClusterPlan {
  /** At most 50 characters; the nodes are called `<name>-control-plane`, `<name>-worker`, … */
  readonly name: string;
  /** The network of this cluster alone. */
  readonly network: string;
  /** The container that the runner is in, by its id: it joins the network, to reach the cluster. */
  readonly runnerContainer?: string;
  readonly nodeImage: string;
  readonly pull: PullPolicy;
  /** kind's own v1alpha4 document, with what the runner adds merged in. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Absolute; mode 0600, private to the run. For the runner, and for clients beside it. */
  readonly kubeconfig: string;
  /** Absolute; the same for clients on the cluster's network. */
  readonly internalKubeconfig: string;
  /** kind's own copy of the kubeconfig. */
  readonly kindKubeconfig: string;
  /** By which kind's processes are found: see ExecPlan. */
  readonly marker: string;
  readonly waitMs: number;
  /** Caps on each node. */
  readonly cpus?: number;
  readonly memoryBytes?: number;
}

/** An image as the daemon knows it, or an absolute file of images. */
export type LoadedImage =
  /** `as`: what it is called in the cluster, where that is something else. */
  { readonly image: string; readonly pull: PullPolicy; readonly as?: string } | { readonly archive: string };

export interface ManifestsPlan {
  readonly kubeconfig: string;
  /** Absolute files and folders. */
  readonly files: readonly string[];
  readonly timeoutMs: number;
}

/** As the spec has it, in one cluster. */
export type ReleasePlan = ReleaseSpec & { readonly kubeconfig: string };

/** The same. */
export type CheckPlan = CheckSpec & { readonly kubeconfig: string };
