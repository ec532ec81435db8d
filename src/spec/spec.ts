/** The menu of build patterns a spec may name. */
export const PATTERN_NAMES = ['host', 'single', 'serial', 'sibling', 'dind', 'kind', 'vm', 'job'] as const;
export type PatternName = (typeof PATTERN_NAMES)[number];

/** `${name}` of an environment variable to its value. */
export type Env = Readonly<Record<string, string>>;

export type When = 'success' | 'failure' | 'always';
export type PullPolicy = 'always' | 'missing' | 'never';
export type Identity = 'caller' | 'image' | { readonly uid: number; readonly gid: number };

/** `env` and `file` say where the value comes from; it is read when the run starts and never stands in a plan. */
export interface SecretSpec {
  readonly name: string;
  readonly from: { readonly env: string } | { readonly file: string };
  readonly expose: 'file' | 'env';
}

export interface WorkspaceSpec {
  /** Absolute path as the runner sees it. */
  readonly path: string;
  /** Left out: the pattern decides (`host` copies, the Docker patterns bind). */
  readonly mode: 'bind' | 'copy' | undefined;
  readonly dir: string;
  readonly readOnly: boolean;
  /** Patterns in .dockerignore syntax; only for `copy`. */
  readonly exclude: readonly string[];
}

export interface ResourcesSpec {
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly pids: number | undefined;
  readonly gpus: 'none' | 'all' | number;
}

export type MountSpec =
  /** `source` is absolute, as the runner sees it. */
  | { readonly type: 'bind'; readonly source: string; readonly target: string; readonly readOnly: boolean }
  | { readonly type: 'volume'; readonly volume: string; readonly target: string; readonly readOnly: boolean }
  | { readonly type: 'cache'; readonly cache: string; readonly target: string; readonly readOnly: boolean }
  | { readonly type: 'tmpfs'; readonly target: string; readonly sizeBytes: number | undefined };

/** `default` is Docker's own bridge; `job` a private network of the run. Left out: the pattern decides. */
export type NetworkSpec =
  | { readonly type: 'job'; readonly steps: 'shared' | 'isolated' }
  | { readonly type: 'none' | 'host' | 'default' }
  | { readonly type: 'existing'; readonly name: string };

export interface DockerSpec {
  readonly pull: PullPolicy;
  readonly init: boolean;
  /** For `serial`: a container for each step, or one for all steps in a row that have the same image. */
  readonly containerPer: 'step' | 'image';
  readonly privileged: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly devices: readonly string[];
  readonly readOnly: boolean;
  readonly runtime: string | undefined;
  readonly socket: 'none' | 'guarded' | 'raw' | undefined;
  readonly hostPaths: Readonly<Record<string, string>>;
}

export type ReadySpec = ({ readonly run: string } | { readonly tcp: number } | { readonly http: string }) & {
  readonly intervalMs: number;
  /** The longest that one try may take; `timeoutMs` is for all of them. */
  readonly tryMs: number;
  readonly timeoutMs: number;
};

/** A registry's name of an image, or the tag of an entry under `build:`. */
export type ImageSpec = string | { readonly build: string };

export interface ServiceSpec {
  readonly name: string;
  readonly image: ImageSpec;
  readonly env: Env;
  readonly command: readonly string[];
  readonly entrypoint: readonly string[] | undefined;
  readonly user: string | undefined;
  readonly workingDir: string | undefined;
  readonly aliases: readonly string[];
  readonly mounts: readonly MountSpec[];
  readonly ulimits: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  readonly dependsOn: Readonly<Record<string, 'started' | 'healthy' | 'completed'>>;
  readonly ready: ReadySpec | undefined;
}

export interface BuildSpec {
  readonly tag: string;
  /** Absolute paths as the runner sees them. */
  readonly context: string;
  readonly dockerfile: string;
  readonly args: Env;
  readonly target: string | undefined;
  readonly labels: Env;
  /** Names of entries under `secrets:` that the build may mount. */
  readonly secrets: readonly string[];
}

export interface RetrySpec {
  /** How many times the step may run again after its first attempt. */
  readonly max: number;
  readonly on: readonly ('infrastructure' | 'failure' | 'timeout')[];
}

export interface StepSpec {
  readonly name: string;
  readonly image: ImageSpec | undefined;
  /** One script; a list in the document is joined by newlines. */
  readonly run: string;
  readonly shell: readonly string[];
  readonly env: Env;
  /** Relative to the workspace, or absolute in the environment of the step. */
  readonly dir: string;
  readonly timeoutMs: number | undefined;
  readonly if: When;
  readonly retry: RetrySpec;
  readonly allowFailure: boolean | { readonly exitCodes: readonly number[] };
}

export interface ArtifactsSpec {
  readonly paths: readonly string[];
  readonly junit: readonly string[];
  readonly when: 'on_success' | 'on_failure' | 'always';
}

export interface KeepSpec {
  readonly when: 'never' | 'on_failure' | 'always';
  readonly forMs: number;
}

/** `as`: what the image is called in the cluster; left out: what it is called by the daemon. */
export type LoadSpec = { readonly image: ImageSpec; readonly as?: string } | { readonly archive: string };

export interface ReleaseSpec {
  readonly release: string;
  /** An absolute path, or the name of a chart. */
  readonly chart: string;
  readonly namespace: string;
  readonly values: readonly string[];
  readonly set: Readonly<Record<string, string | number | boolean>>;
  readonly timeoutMs: number;
  readonly test: boolean;
}

/** Held before the steps run: through the ingress, or by looking at an object. */
export type CheckSpec = { readonly name: string; readonly timeoutMs: number } & (
  | {
      readonly http: {
        readonly host: string;
        readonly path: string;
        readonly status: number;
        readonly contains: string | undefined;
        readonly tls: boolean;
      };
    }
  | { readonly ready: { readonly kind: string; readonly name: string; readonly namespace: string } }
);

/** A throwaway cluster and what is put into it. Paths are absolute. */
export interface KindSpec {
  readonly nodeImage: ImageSpec;
  /** kind's own v1alpha4 document, as far as the user wrote it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly waitMs: number;
  readonly load: readonly LoadSpec[];
  readonly manifests: readonly string[];
  readonly helm: readonly ReleaseSpec[];
  readonly checks: readonly CheckSpec[];
  readonly stepsOn: 'cluster' | 'host';
}

/** Where an image goes after the run: to the outer daemon, or into a file. */
export interface ExportSpec {
  readonly image: string;
  /** Absolute. */
  readonly archive: string | undefined;
}

/** A private Docker daemon, gone with everything in it. */
export interface DindSpec {
  readonly image: ImageSpec;
  readonly preload: readonly ImageSpec[];
  readonly export: readonly ExportSpec[];
  /** The cache that holds its images and layers between runs. */
  readonly store: string | undefined;
  readonly tls: boolean;
  readonly registryMirrors: readonly string[];
  readonly insecureRegistries: readonly string[];
  /** Options of dockerd, without the dashes. */
  readonly options: Readonly<Record<string, string>>;
  /** Caps on the daemon with everything that runs in it. */
  readonly resources: ResourcesSpec;
}

/** What the user asked for, with defaults filled in, durations in milliseconds, sizes in bytes and paths absolute. */
export interface Spec {
  /** The document, or `-` for standard input. */
  readonly file: string;
  /** Absolute; relative paths in the document start here. */
  readonly folder: string;
  readonly name: string;
  readonly pattern: PatternName | undefined;
  readonly timeoutMs: number;
  readonly image: ImageSpec | undefined;
  /** `env_file` entries first, `env` over them. */
  readonly env: Env;
  /** Names, or `PREFIX_*` patterns, of variables of the runner's own environment; undefined: the pattern's default. */
  readonly inheritEnv: readonly string[] | undefined;
  readonly secrets: readonly SecretSpec[];
  readonly identity: Identity;
  readonly sshAgent: boolean;
  readonly workspace: WorkspaceSpec;
  readonly resources: ResourcesSpec;
  readonly mounts: readonly MountSpec[];
  readonly network: NetworkSpec | undefined;
  readonly docker: DockerSpec;
  readonly services: readonly ServiceSpec[];
  readonly build: readonly BuildSpec[];
  readonly steps: readonly StepSpec[];
  readonly kind: KindSpec;
  readonly dind: DindSpec;
  readonly artifacts: ArtifactsSpec | undefined;
  readonly onFailure: { readonly collect: readonly ('logs' | 'inspect' | 'events')[] };
  readonly keep: KeepSpec;
}
