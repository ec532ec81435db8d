import type {
  Env,
  KeepSpec,
  PatternName,
  PullPolicy,
  ReadySpec,
  ResourcesSpec,
  RetrySpec,
  SecretSpec,
  StepSpec,
  When,
} from '../spec/spec.ts';
import type { RunId } from './names.ts';
import type { Resource } from './resource.ts';

export type Labels = Readonly<Record<string, string>>;

export type Mount =
  /** `hostPath` is as the runner sees it, `daemonPath` as the daemon sees it. */
  | { readonly type: 'bind'; readonly hostPath: string; readonly daemonPath: string; readonly target: string; readonly readOnly: boolean }
  | { readonly type: 'volume'; readonly volume: string; readonly subpath?: string; readonly target: string; readonly readOnly: boolean }
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
  /** An entry in passwd and group for this user, and a home folder that belongs to it. */
  | {
      readonly type: 'identity';
      readonly uid: number;
      readonly gid: number;
      readonly groups: readonly number[];
      readonly userName: string;
      readonly home: string;
    };

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
  /** Secrets are written to its standard input before anything else (see plan/secrets.ts). */
  readonly stdin: 'none' | 'secrets';
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

/** An image made from a Dockerfile, under a tag that is private to the run. Paths are as the runner sees them. */
export interface BuildPlan {
  readonly tag: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly args: Env;
  readonly target?: string;
  readonly labels: Labels;
  readonly secrets: readonly string[];
}

/** Where a task runs: a container of its own, a container that runs already, or this machine. */
export type Place =
  | { readonly in: 'container'; readonly container: ContainerPlan }
  | { readonly in: 'exec'; readonly exec: ExecPlan }
  | { readonly in: 'process'; readonly process: ProcessPlan };

interface StepBase {
  /** Unique in the plan; a task has the name of the user's step. */
  readonly name: string;
  /** What must have happened before for this step to run. */
  readonly when: When;
  /** Left out: only the run's own timeout holds. */
  readonly timeoutMs?: number;
  /** Steps next to each other with the same wave are carried out at the same time. */
  readonly wave?: number;
}

/** One instruction to the executor: it makes something of the run ready, runs a step of the user, or brings results back. */
export type Step =
  | (StepBase & {
      readonly kind: 'folder';
      readonly path: string;
      readonly copy?: { readonly from: string; readonly exclude: readonly string[] };
    })
  | (StepBase & { readonly kind: 'network'; readonly network: NetworkPlan })
  | (StepBase & { readonly kind: 'volume'; readonly volume: VolumePlan })
  /** A volume that outlives the run, held under a lock while the run uses it. */
  | (StepBase & { readonly kind: 'cache'; readonly volume: VolumePlan })
  | (StepBase & { readonly kind: 'build'; readonly build: BuildPlan })
  /** A container that runs beside the steps. `task` says what it is for the user: a service, or the run's own holder. */
  | (StepBase & {
      readonly kind: 'container';
      readonly role: 'holder' | 'service';
      readonly container: ContainerPlan;
      readonly ready?: ReadySpec;
      /** A service that does one thing: what comes after it waits until it has ended, with 0. */
      readonly untilEnd?: true;
    })
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

/** What the plan will make and must give back. The ledger holds this before the first of them is created. */
export const resourcesOf = (plan: Plan): readonly Resource[] => plan.steps.flatMap(ownedBy);

function ownedBy(step: Step): readonly Resource[] {
  switch (step.kind) {
    case 'folder':
      return [{ kind: 'folder', name: step.path }];
    case 'network':
      return [{ kind: 'network', name: step.network.name }];
    case 'volume':
      return [{ kind: 'volume', name: step.volume.name }];
    case 'build':
      return [{ kind: 'image', name: step.build.tag }];
    case 'container':
      return [{ kind: 'container', name: step.container.name }];
    case 'task':
      return taskOwns(step.place);
    case 'cache':
    case 'artifacts':
      return [];
  }
}

function taskOwns(place: Place): readonly Resource[] {
  if (place.in === 'container') return [{ kind: 'container', name: place.container.name }];
  if (place.in === 'process') return [{ kind: 'processes', name: place.process.marker }];
  return [];
}
