import type { Exit, OnOutput } from '../engine/ports.ts';
import type { StepKind, StepOf } from '../plan/plan.ts';
import type { Artifact } from '../report/report.ts';
import { aborted } from './aborted.ts';
import type { Ahead } from './ahead.ts';
import { bringArtifacts } from './artifacts.ts';
import { startContainer } from './background.ts';
import { startCluster } from './cluster.ts';
import type { Milestones } from './milestones.ts';
import { exportImages, preloadImages } from './private-daemon.ts';
import { proveMounts } from './prove.ts';
import type { Scope } from './scope.ts';
import { openSocket } from './socket.ts';
import type { Surroundings } from './surroundings.ts';
import { runTask } from './task.ts';

export interface StepContext {
  readonly around: Surroundings;
  readonly scope: Scope;
  readonly ahead: Ahead;
  readonly milestones: Milestones;
  /** Aborts when the step has to end. Creations ignore it: one that was abandoned would still create. */
  readonly signal: AbortSignal;
  readonly attempt: number;
  readonly onOutput: OnOutput;
  readonly onProgress: (text: string) => void;
}

/** Tasks say how they exited; any step may have something to note or to hand over. */
export interface StepResult {
  readonly exit?: Exit;
  readonly note?: string;
  readonly artifacts?: readonly Artifact[];
}

type Handler<K extends StepKind> = (step: StepOf<K>, context: StepContext) => Promise<StepResult>;

/** One handler a kind: a new kind of step does not compile until it is handled here. */
const HANDLERS: { readonly [K in StepKind]: Handler<K> } = {
  async folder({ path, copy }, { around, scope, signal }) {
    scope.own({ kind: 'folder', name: path });
    await around.engines.host.createFolder(path, copy, signal);
    return {};
  },

  probe: proveMounts,

  async network({ network }, { around, scope }) {
    await scope.creating({ kind: 'network', name: network.name }, () => around.engines.containers.createNetwork(network));
    return {};
  },

  async volume({ volume }, { around, scope }) {
    await scope.creating({ kind: 'volume', name: volume.name }, () => around.engines.containers.createVolume(volume));
    return {};
  },

  async cache({ volume }, { around, scope, signal, onProgress }) {
    scope.defer(await around.lockCache(volume.name, { onProgress, signal }));
    await around.engines.containers.createVolume(volume);
    return {};
  },

  async build({ build }, { around, scope, signal, onOutput, onProgress }) {
    scope.own({ kind: 'image', name: build.tag });
    const { killAfterMs } = around.stops;
    const image = await around.engines.containers.build(build, { signal, onOutput, onProgress, killAfterMs, secrets: around.secrets });
    const { SOURCE_DATE_EPOCH: epoch } = build.args;
    const repeatable = epoch === undefined ? '' : `, repeatable from SOURCE_DATE_EPOCH ${epoch}`;
    return { note: `${image.id.slice(0, 19)}, ${(image.sizeBytes / 1e6).toFixed(1)} MB, ${image.layers} layers${repeatable}` };
  },

  socket: openSocket,
  container: startContainer,
  cluster: startCluster,

  async completion({ cluster }, { around, signal }) {
    await Promise.race([around.engines.clusters.completed(cluster), aborted(signal)]);
    return {};
  },

  preload: preloadImages,
  export: exportImages,

  async load({ cluster, images }, { around, signal, onOutput, onProgress }) {
    const said = await around.engines.clusters.load(cluster, images, { signal, onOutput, onProgress });
    return { note: said.join('; ') };
  },

  async manifests({ manifests }, { around, signal, onOutput, onProgress }) {
    return { note: await around.engines.kubernetes.apply(manifests, { signal, onOutput, onProgress }) };
  },

  async helm({ release }, { around, signal, onOutput, onProgress }) {
    return { note: await around.engines.charts.install(release, { signal, onOutput, onProgress }) };
  },

  async check({ check }, { around, signal, onOutput, onProgress }) {
    return { note: await around.engines.kubernetes.check(check, { signal, onOutput, onProgress }) };
  },

  task: runTask,
  artifacts: bringArtifacts,
};

export const handle = <K extends StepKind>(step: StepOf<K>, context: StepContext): Promise<StepResult> =>
  (HANDLERS[step.kind] as Handler<K>)(step, context);
