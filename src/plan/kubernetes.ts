import type { PullPolicy } from '../spec/spec.ts';

/** A throwaway cluster, with every name chosen. Its nodes carry kind's labels only: they are known by the cluster's name, which is the run's. */
export interface ClusterPlan {
  /** At most 50 characters; the nodes are called `<name>-control-plane`, `<name>-worker`, … */
  readonly name: string;
  /** The network of this cluster alone. */
  readonly network: string;
  readonly nodeImage: string;
  readonly pull: PullPolicy;
  /** kind's own v1alpha4 document, with what the runner adds merged in. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Absolute; mode 0600, private to the run. For clients on this machine. */
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

export interface ReleasePlan {
  readonly kubeconfig: string;
  readonly release: string;
  /** An absolute folder, or the name of a chart. */
  readonly chart: string;
  readonly namespace: string;
  /** Absolute files. */
  readonly values: readonly string[];
  readonly set: Readonly<Record<string, string | number | boolean>>;
  readonly timeoutMs: number;
  readonly test: boolean;
}

export type CheckPlan =
  | {
      readonly http: {
        readonly host: string;
        readonly path: string;
        readonly status: number;
        readonly contains: string | undefined;
        readonly tls: boolean;
      };
      readonly kubeconfig: string;
      readonly timeoutMs: number;
    }
  | {
      readonly ready: { readonly kind: string; readonly name: string; readonly namespace: string };
      readonly kubeconfig: string;
      readonly timeoutMs: number;
    };
