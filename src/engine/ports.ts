import type { Readable } from 'node:stream';
import type { BuildPlan, ContainerPlan, ExecPlan, NetworkPlan, ProcessPlan, Upload, VolumePlan } from '../plan/plan.ts';
import type { Resource, ResourceKind } from '../plan/resource.ts';
import type { ChartEngine, ClusterEngine, KubernetesEngine } from './ports/kubernetes.ts';
import type { PrivateDaemons } from './ports/private-daemons.ts';
import type { SelfEngine } from './ports/self.ts';
import type { SocketEngine } from './ports/socket.ts';

export type OutputStream = 'stdout' | 'stderr';

/** Called in order; the engine reads no further while a returned promise is pending, so a slow consumer slows the step down. */
export type OnOutput = (stream: OutputStream, chunk: Uint8Array) => void | Promise<void>;

/** A sentence for the screen while something takes long: `pulling debian:bookworm (3 of 5 layers)`. */
export type OnProgress = (text: string) => void;

export interface RunOptions {
  readonly onOutput: OnOutput;
  /**
   * When it aborts, everything the task started gets SIGTERM, and SIGKILL `killAfterMs` later. The promise settles
   * once nothing of it runs any more, with the exit that the signal caused.
   */
  readonly signal: AbortSignal;
  /** Asked when the signal aborts; 0 kills at once. */
  readonly killAfterMs: () => number;
  /** Written to standard input before it is closed; undefined: standard input is empty. */
  readonly stdin?: Uint8Array;
}

export interface Exit {
  /** As a shell would say it: 128 + n after signal n. */
  readonly code: number;
  readonly oomKilled: boolean;
}

export interface ContainerState {
  readonly running: boolean;
  readonly exit: Exit;
}

/** A labelled object on the daemon, for `ps`, `gc` and the leak audit. */
export interface Labelled {
  readonly resource: Resource;
  readonly labels: Readonly<Record<string, string>>;
}

export interface DaemonFacts {
  /** Where the daemon was found and how: `unix:///var/run/docker.sock (DOCKER_HOST)`. */
  readonly endpoint: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly storageDriver: string;
  readonly cgroup: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly rootless: boolean;
  /** Root in a container is another user outside (userns-remap). */
  readonly remapped: boolean;
  /** The file system that images and volumes are on, where the daemon says it, and whether overlay2 works there. */
  readonly data: { readonly on: string; readonly takesOverlay: boolean } | undefined;
  readonly runtimes: readonly string[];
}

/**
 * Containers, networks, volumes and images on one daemon.
 *
 * Every implementation promises, and `test/contract/container-engine.ts` proves, that
 * - creating takes no signal and settles only once the daemon has answered, so nothing appears later;
 * - removing is idempotent: what does not exist, or is being removed by somebody else, is removed when the promise resolves;
 * - `run` and `exec` resolve with an Exit for any exit code, after the last byte of output was delivered;
 *   they reject only when the process could not be run;
 * - what goes wrong is a RunnerError (`docker.*`, `image.*`, `mount.*`, `network.*`) with its cause, never a raw API error.
 */
export interface ContainerEngine {
  describe(): Promise<DaemonFacts>;
  /** Picks a free subnet itself and tries the next one when another run was faster. */
  createNetwork(network: NetworkPlan): Promise<void>;
  removeNetwork(name: string): Promise<void>;
  /**
   * Takes these containers out of it, as far as they are in it, so that the network and they can be removed at the same time. True:
   * nothing is in it any longer. They may still run, and are alone then.
   */
  emptyNetwork(name: string, containers: ReadonlySet<string>): Promise<boolean>;
  /** Creating a volume that exists already succeeds. */
  createVolume(volume: VolumePlan): Promise<void>;
  removeVolume(name: string): Promise<void>;
  /**
   * Resolves with the image's id. The signal stops the build; nothing of it is left under the tag then. With SOURCE_DATE_EPOCH
   * among its arguments, the same input gives the same id.
   */
  build(build: BuildPlan, options: BuildOptions): Promise<BuiltImage>;
  removeImage(tag: string): Promise<void>;
  /** Pulls first when the plan's policy says so, or when it is `missing` and the daemon has no such image. */
  create(container: ContainerPlan, options: { readonly onProgress: OnProgress; readonly signal: AbortSignal }): Promise<void>;
  /** Only between `create` and the start. */
  upload(container: string, upload: Upload): Promise<void>;
  /** Start a created container and stay with it until it has ended. */
  run(container: string, options: RunOptions): Promise<Exit>;
  /** Start a created container and come back at once; its output is delivered until it ends or `detach` is called. */
  start(container: string, options: { readonly onOutput: OnOutput; readonly stdin?: Uint8Array }): Promise<Running>;
  /** Start a created container whose command waits for its standard input, and come back at once. */
  poise(container: string): Promise<Poised>;
  exec(exec: ExecPlan, options: RunOptions): Promise<Exit>;
  state(container: string): Promise<ContainerState>;
  /** Kill a running container and wait until it has stopped; fine when it has stopped already. */
  stop(container: string): Promise<void>;
  /** The tree below a path in a container that has stopped, as a tar stream. Undefined: no such path. */
  download(container: string, path: string): Promise<Readable | undefined>;
  /** Its address on the network it is attached to first. */
  addressOf(container: string): Promise<string | undefined>;
  /** `docker inspect` as the daemon gives it, for the failure bundle. */
  inspect(container: string): Promise<unknown>;
  /** What the daemon says happened to containers that carry the label with this value, a JSON object a line. Times are in seconds since the epoch. */
  events(
    label: { readonly name: string; readonly value: string },
    span: { readonly sinceS: number; readonly untilS: number },
  ): Promise<string>;
  /** With its anonymous volumes, in whatever state. */
  removeContainer(name: string): Promise<void>;
  /** Every container (any state), network, volume and image that carries the label, or the label with this value; of these kinds only, when any are named. */
  labelled(label: string, value?: string, kinds?: readonly ResourceKind[]): Promise<readonly Labelled[]>;
  /** Everything there is, ours or not, for the full inventory: images by every tag, by their id where they have none. */
  listAll(): Promise<readonly Labelled[]>;
  /** What the running containers that carry the label with this value use now; one that ends meanwhile is left out. */
  usage(label: { readonly name: string; readonly value: string }): Promise<readonly ContainerUsage[]>;
  /** Bytes of each volume that carries the label. The daemon measures whole trees for this: never on the way of a run. */
  volumeSizes(label: string): Promise<ReadonlyMap<string, number>>;
}

export interface ContainerUsage {
  /** The container's id. */
  readonly id: string;
  /** Since its start. */
  readonly cpuSeconds: number;
  /** Without files that the kernel could drop. */
  readonly memoryBytes: number;
}

export interface BuildOptions extends RunOptions {
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  readonly onProgress: OnProgress;
}

export interface BuiltImage {
  readonly id: string;
  readonly sizeBytes: number;
  readonly layers: number;
}

/** A container that has started and waits for its standard input: nothing of the user's runs in it yet. Who does not want it removes it. */
export interface Poised {
  /** Let it go, and stay with it until it has ended: as `run` does. */
  run(options: RunOptions): Promise<Exit>;
}

export interface Running {
  /** Settles when the container has ended and all its output was delivered. */
  readonly ended: Promise<Exit>;
  detach(): void;
}

/** Processes and folders on the machine the runner itself is on. Rejects with `host.*` RunnerErrors. */
export interface HostEngine {
  /**
   * Own process group and session; resolves once neither the process nor anything it started runs any more, whatever called setsid.
   * What the process left in the background when it ended is ended, too.
   */
  run(process: ProcessPlan, options: RunOptions): Promise<Exit>;
  /** TERM, then KILL, to every process that carries the marker in its environment, and their descendants. */
  killMarked(marker: string): Promise<void>;
  /** The ids of those processes, for the leak audit and `gc --dry-run`. */
  findMarked(marker: string): Promise<readonly number[]>;
  /** Network links, mounts, marked processes and their control groups, and what is watched, one line each, for the full inventory. */
  listAll(watch: HostWatch): Promise<readonly string[]>;
  /**
   * Creates it (mode 0700), with a copy of `from` in it when given: links kept as links, modes and times kept, never followed out.
   * The signal stops the copy; the promise then rejects once nothing is written any more.
   */
  createFolder(path: string, copy?: { readonly from: string; readonly exclude: readonly string[] }, signal?: AbortSignal): Promise<void>;
  /**
   * The files below a tree whose path matches a pattern (`dist/**`), with size and sha256; copied to `to` unless that is undefined
   * or the tree itself. A tar is as `download` gives it. Never writes outside `to`; links that point out of the tree are refused.
   */
  gather(what: {
    readonly tree: Tree;
    readonly wanted: readonly string[];
    readonly to: string | undefined;
  }): Promise<readonly GatheredFile[]>;
  /** With everything in it, whatever its modes; absent is fine. Never follows a link; leaves what is mounted inside, and rejects then. */
  removeFolder(path: string): Promise<void>;
}

/** What else to look at for an inventory of this machine. */
export interface HostWatch {
  /** Folders whose entries are listed: the one for temporary files, the runner's state. */
  readonly folders: readonly string[];
  /** Files that must not change, by their hash: the user's kubeconfig, Docker's config. */
  readonly files: readonly string[];
}

export type Tree = { readonly folder: string } | { readonly tar: Readable };

/** Relative to the tree; sha256 in hex. */
export interface GatheredFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface Engines {
  readonly containers: ContainerEngine;
  readonly host: HostEngine;
  readonly clusters: ClusterEngine;
  readonly kubernetes: KubernetesEngine;
  readonly charts: ChartEngine;
}

/** What carrying out a plan takes besides. */
export interface RunEngines extends Engines {
  readonly sockets: SocketEngine;
  readonly self: SelfEngine;
  readonly privateDaemons: PrivateDaemons;
}
