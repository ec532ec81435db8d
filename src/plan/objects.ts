import type { Env, PullPolicy, ResourcesSpec } from '../spec/spec.ts';

export type Labels = Readonly<Record<string, string>>;

export type Mount =
  /** `hostPath` is as the runner sees it, `daemonPath` as the daemon sees it. */
  | { readonly type: 'bind'; readonly hostPath: string; readonly daemonPath: string; readonly target: string; readonly readOnly: boolean }
  | {
      readonly type: 'volume';
      readonly volume: string;
      readonly subpath?: string;
      /** Where the runner itself sees what is mounted, if it does. */
      readonly hostPath?: string;
      readonly target: string;
      readonly readOnly: boolean;
    }
  | {
      readonly type: 'tmpfs';
      readonly target: string;
      readonly sizeBytes?: number;
      readonly mode?: number;
      readonly uid?: number;
      readonly gid?: number;
    };

export type NetworkMode =
  | { readonly type: 'default' | 'none' | 'host' }
  | { readonly type: 'network'; readonly name: string; readonly aliases: readonly string[] }
  /** The network namespace of another container of the run. */
  | { readonly type: 'container'; readonly container: string };

/** Files brought into a container after it was created and before it starts; works on every daemon, remote ones included. */
export type Upload =
  | {
      readonly type: 'folder';
      readonly hostPath: string;
      readonly target: string;
      readonly exclude: readonly string[];
      readonly owner: { readonly uid: number; readonly gid: number };
    }
  /** A file of this machine, for that user to read. */
  | {
      readonly type: 'file';
      readonly hostPath: string;
      readonly target: string;
      readonly mode: number;
      readonly owner: { readonly uid: number; readonly gid: number };
    }
  /** An entry in passwd and group for this user, and a home folder that belongs to it. */
  | {
      readonly type: 'identity';
      readonly uid: number;
      readonly gid: number;
      readonly groups: readonly number[];
      readonly userName: string;
      readonly home: string;
    };

/** An image of the outer daemon, and what it is called in a private one. */
export interface PreloadedImage {
  readonly image: string;
  readonly name: string;
  readonly pull: PullPolicy;
}

/** One container, with every name and label chosen. */
export interface ContainerPlan {
  readonly name: string;
  readonly hostname?: string;
  readonly image: string;
  readonly pull: PullPolicy;
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  readonly env: Env;
  /** `uid:gid` or a name; left out: the image's own. */
  readonly user?: string;
  readonly groups: readonly number[];
  readonly dir?: string;
  readonly mounts: readonly Mount[];
  readonly uploads: readonly Upload[];
  readonly network: NetworkMode;
  readonly resources: ResourcesSpec;
  readonly ulimits?: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  readonly init: boolean;
  readonly privileged: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly devices: readonly string[];
  readonly readOnly: boolean;
  readonly runtime?: string;
  readonly labels: Labels;
  /** What its command waits for: secrets, which are written to its standard input first (see plan/command.ts), or a line that lets it go. */
  readonly stdin: 'none' | 'secrets' | 'go';
}

/** One more process in a container that runs. */
export interface ExecPlan {
  readonly container: string;
  readonly command: readonly string[];
  readonly env: Env;
  readonly user?: string;
  readonly dir?: string;
  readonly stdin: 'none' | 'secrets';
  /** `NAME=value` that every process of this exec inherits, by which all of them can be found and killed. */
  readonly marker: string;
}

/** One process of this machine with everything it starts. */
export interface ProcessPlan {
  readonly command: readonly string[];
  readonly env: Env;
  readonly dir: string;
  readonly stdin: 'none' | 'secrets';
  /** As in ExecPlan. */
  readonly marker: string;
}

export interface NetworkPlan {
  readonly name: string;
  readonly labels: Labels;
}

export interface VolumePlan {
  readonly name: string;
  readonly labels: Labels;
}

/** A container that is made and never started, to read back what the runner wrote in the places it is to share. */
export interface ProbePlan {
  readonly container: string;
  readonly labels: Labels;
  /** An image the daemon has, or one without a file in it that is made for the probe. */
  readonly image: { readonly use: string } | { readonly make: string };
  /** As in `PathMap`. */
  readonly daemon: string;
  readonly mounts: readonly ProbedMount[];
}

export interface ProbedMount {
  readonly mount: Exclude<Mount, { readonly type: 'tmpfs' }>;
  /** Places below it, '' for the mount itself. */
  readonly points: readonly string[];
}

/** An image made from a Dockerfile, under a tag that is private to the run. Paths are as the runner sees them. */
export interface BuildPlan {
  readonly tag: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly args: Env;
  readonly target?: string;
  readonly labels: Labels;
  readonly secrets: readonly string[];
  /** A folder of the run's own on this machine, for what the build has to have as files: its secrets, an image that is made repeatable. */
  readonly scratchFolder?: string;
}
