import type { ExportSpec, KeepSpec, PatternName, ReadySpec, RetrySpec, SecretSpec, StepSpec, When } from '../spec/spec.ts';
import type { CheckPlan, ClusterPlan, LoadedImage, ManifestsPlan, ReleasePlan } from './kubernetes.ts';
import type { RunId } from './names.ts';
import type { BuildPlan, ContainerPlan, ExecPlan, NetworkPlan, PreloadedImage, ProbePlan, ProcessPlan, VolumePlan } from './objects.ts';
import type { SocketPlan } from './socket.ts';

export type * from './kubernetes.ts';
export type * from './objects.ts';
export type { SocketPlan } from './socket.ts';

/** Where a task runs: a container of its own, a container that runs already, or this machine. */
export type Place =
  /** `early`: its command waits for its standard input, so it may be started while the step before it runs. */
  | { readonly in: 'container'; readonly container: ContainerPlan; readonly early?: true }
  | { readonly in: 'exec'; readonly exec: ExecPlan }
  | { readonly in: 'process'; readonly process: ProcessPlan };

/** How far a container beside the steps has come; `ready` includes the end of one that does one thing. */
export type Milestone = 'started' | 'ready';

interface StepBase {
  /** Unique in the plan; a task has the name of the user's step. */
  readonly name: string;
  /** What must have happened before for this step to run. */
  readonly when: When;
  /** Left out: only the run's own timeout holds. */
  readonly timeoutMs?: number;
  /** Steps next to each other with the same wave are carried out at the same time; when one of them fails, the others are stopped. */
  readonly wave?: number;
  /** Steps of the same wave, by name, that must have passed before. */
  readonly needs?: readonly string[];
}

/** One instruction to the executor: it makes something of the run ready, runs a step of the user, or brings results back. */
export type Step =
  | (StepBase & {
      readonly kind: 'folder';
      readonly path: string;
      readonly copy?: { readonly from: string; readonly exclude: readonly string[] };
    })
  /** Proves that the daemon sees what the runner sees, before anything is mounted. */
  | (StepBase & { readonly kind: 'probe'; readonly probe: ProbePlan })
  | (StepBase & { readonly kind: 'network'; readonly network: NetworkPlan })
  | (StepBase & { readonly kind: 'volume'; readonly volume: VolumePlan })
  /** A volume that outlives the run, held under a lock while the run uses it. */
  | (StepBase & { readonly kind: 'cache'; readonly volume: VolumePlan })
  | (StepBase & { readonly kind: 'build'; readonly build: BuildPlan })
  /** Images of the outer daemon for a private one. `kept`: its store outlives the run, and the containers of earlier runs in it go first. */
  | (StepBase & { readonly kind: 'preload'; readonly daemon: string; readonly images: readonly PreloadedImage[]; readonly kept: boolean })
  /** Images of a private daemon for the outer one, or for a file. */
  | (StepBase & { readonly kind: 'export'; readonly daemon: string; readonly images: readonly ExportSpec[] })
  /** A Docker socket for the steps, behind which they see and reach what is theirs and nothing else. */
  | (StepBase & { readonly kind: 'socket'; readonly socket: SocketPlan })
  /** A container that runs beside the steps. `task` says what it is for the user: a service, or the run's own holder. */
  | (StepBase & {
      readonly kind: 'container';
      readonly role: 'holder' | 'service' | 'daemon';
      readonly container: ContainerPlan;
      readonly ready?: ReadySpec;
      /** A service that does one thing: what comes after it waits until it has ended, with 0. */
      readonly untilEnd?: true;
      /** Containers of the same wave, and how far they must have come before this one is started. */
      readonly after?: Readonly<Record<string, Milestone>>;
      /** A container on the same network that can ask about readiness where this one has nothing to ask with. */
      readonly askFrom?: string;
    })
  | (StepBase & { readonly kind: 'cluster'; readonly cluster: ClusterPlan })
  /** What kind itself still does while a cluster is used already is over. */
  | (StepBase & { readonly kind: 'completion'; readonly cluster: string })
  /** Images into every node of the cluster of that name, as soon as its nodes are there. */
  | (StepBase & { readonly kind: 'load'; readonly cluster: string; readonly images: readonly LoadedImage[] })
  | (StepBase & { readonly kind: 'manifests'; readonly manifests: ManifestsPlan })
  | (StepBase & { readonly kind: 'helm'; readonly release: ReleasePlan })
  | (StepBase & { readonly kind: 'check'; readonly check: CheckPlan })
  | (StepBase & {
      readonly kind: 'task';
      readonly place: Place;
      readonly retry: RetrySpec;
      readonly allowFailure: StepSpec['allowFailure'];
    })
  | (StepBase & {
      readonly kind: 'artifacts';
      readonly from: ArtifactSource;
      readonly paths: readonly string[];
      readonly junit: readonly string[];
      readonly to: string | undefined;
    });

/** `folder` is a path of this machine; in a container the tree is read once that container has stopped. */
export type ArtifactSource = { readonly folder: string } | { readonly container: string; readonly dir: string };

export type StepKind = Step['kind'];
export type StepOf<K extends StepKind> = Extract<Step, { kind: K }>;

/** Everything a run will do, decided before anything is touched. Plain data: print it, diff it, store it. */
export interface Plan {
  readonly run: RunId;
  readonly name: string;
  readonly pattern: PatternName;
  /** Absolute path of the spec, or `-`. */
  readonly file: string;
  readonly timeoutMs: number;
  readonly keep: KeepSpec;
  readonly secrets: readonly SecretSpec[];
  readonly collect: readonly ('logs' | 'inspect' | 'events')[];
  readonly steps: readonly Step[];
  /** What the pattern chose and why, one sentence each, for `runner plan`. */
  readonly notes: readonly string[];
}
