import { BUILD_WAVE, buildSteps } from '../src/plan/build.ts';
import { clusterFiles, clusterPlan } from '../src/plan/cluster.ts';
import { HOLD } from '../src/plan/command.ts';
import { type ContainerSetting, imageName, specMounts, stepContainer } from '../src/plan/container.ts';
import { groupedTasks } from '../src/plan/groups.ts';
import { identityPlan } from '../src/plan/identity.ts';
import { runLabels } from '../src/plan/labels.ts';
import { clusterName, resourceName } from '../src/plan/names.ts';
import type { Pattern, PlanContext } from '../src/plan/pattern.ts';
import type { LoadedImage, Step, StepOf, Upload } from '../src/plan/plan.ts';
import { SERVICE_WAVE, serviceSteps, serviceVolumes } from '../src/plan/services.ts';
import { containerArtifacts, type WorkspacePlan, workspacePlan } from '../src/plan/workspace.ts';
import type { LoadSpec, Spec } from '../src/spec/spec.ts';
import { hostSteps } from './host.ts';

/** A throwaway Kubernetes cluster with images, manifests and charts in it; the steps run against it. */
export const kind: Pattern = {
  name: 'kind',
  summary: 'a throwaway Kubernetes cluster, and steps against it',
  plan(spec, context) {
    const labels = runLabels(spec, 'kind', context);
    const network = resourceName(context.run, 'net');
    const { folder, kubeconfig } = clusterFiles(context);
    const workspace = workspacePlan(spec, context, labels);
    const setting: ContainerSetting = {
      spec,
      context,
      pattern: 'kind',
      network: { type: 'network', name: network, aliases: [] },
      workspace: workspace.mounts,
      every: { env: { KUBECONFIG }, uploads: [kubeconfigFile(spec, context)] },
    };
    const onHost = spec.kind.stepsOn === 'host';
    return {
      steps: [
        ...(onHost ? [] : [...workspace.steps, ...specMounts(setting).steps]),
        { kind: 'folder', name: 'cluster files', when: 'success', path: folder },
        { kind: 'network', name: 'network', when: 'success', network: { name: network, labels } },
        ...clusterSteps(setting),
        ...contents(spec, kubeconfig),
        { kind: 'completion', name: 'cluster complete', when: 'success', cluster: clusterName(context.run) },
        ...(onHost ? hostSteps(spec, context, { pattern: 'kind', env: { KUBECONFIG: kubeconfig } }) : onCluster(setting, workspace)),
      ],
      notes: [
        ...(onHost ? [] : workspace.notes),
        'a cluster of its own, on a private network; images are built and loaded while it starts',
        onHost
          ? 'the steps are processes of this machine, with KUBECONFIG'
          : "the steps are containers on the cluster's network, with KUBECONFIG",
      ],
    };
  },
};

/** Builds, start and loads at the same time; images of the run's own builds are loaded after their builds. */
function clusterSteps(setting: ContainerSetting): readonly Step[] {
  const { spec, context } = setting;
  const { nodeImage, load } = spec.kind;
  const wave = { when: 'success', wave: BUILD_WAVE } as const;
  const builds = buildSteps(setting);
  const cluster = clusterPlan(spec, context, imageName(nodeImage, context.run));
  const after = (tag: string | undefined) =>
    builds.filter((step) => step.kind === 'build' && tag !== undefined && step.build.tag === imageName({ build: tag }, context.run));
  const ownNode = after(builtTag(nodeImage)).map(({ name }) => name);
  const [built = [], ready = []] = [true, false].map((is) => load.filter((one) => isBuilt(one) === is));
  const images = (all: readonly LoadSpec[]): readonly LoadedImage[] => all.map((one) => loadedImage(one, spec, context));
  return [
    ...builds,
    { kind: 'cluster', name: 'cluster', ...wave, ...(ownNode.length > 0 ? { needs: ownNode } : {}), cluster },
    ...(ready.length > 0 ? [{ kind: 'load', name: 'images', ...wave, cluster: cluster.name, images: images(ready) } as const] : []),
    ...(built.length > 0
      ? [
          {
            kind: 'load',
            name: 'built images',
            ...wave,
            needs: built.flatMap((one) => ('image' in one ? after(builtTag(one.image)) : [])).map(({ name }) => name),
            cluster: cluster.name,
            images: images(built),
          } as const,
        ]
      : []),
  ];
}

const builtTag = (image: Spec['kind']['nodeImage']): string | undefined => (typeof image === 'string' ? undefined : image.build);

const isBuilt = (one: LoadSpec): boolean => 'image' in one && typeof one.image !== 'string';

const loadedImage = (one: LoadSpec, { docker }: Spec, { run }: PlanContext): LoadedImage =>
  'archive' in one ? one : { ...one, image: imageName(one.image, run), pull: isBuilt(one) ? 'never' : docker.pull };

/** What is put into the cluster and has to be ready, in the order in which the block has it. */
function contents({ kind: { manifests, helm, checks, waitMs } }: Spec, kubeconfig: string): readonly Step[] {
  const base = { when: 'success' } as const;
  return [
    ...(manifests.length > 0
      ? [{ kind: 'manifests', name: 'manifests', ...base, manifests: { kubeconfig, files: manifests, timeoutMs: waitMs } } as const]
      : []),
    ...helm.map((release) => ({ kind: 'helm', name: `release ${release.release}`, ...base, release: { kubeconfig, ...release } }) as const),
    ...checks.map((check) => ({ kind: 'check', name: `check ${check.name}`, ...base, check: { kubeconfig, ...check } }) as const),
  ];
}

/** Where a step in a container finds the kubeconfig. */
const KUBECONFIG = '/etc/runner/kubeconfig';

/** A container a step, on the cluster's network; where the workspace is a copy, one more that takes it and keeps it. */
function onCluster(setting: ContainerSetting, workspace: WorkspacePlan): readonly Step[] {
  const { spec, context } = setting;
  const image = spec.image ?? spec.kind.nodeImage;
  const keeper = stepContainer(setting, { part: 'holder', image, argv: HOLD, env: {}, uploads: workspace.uploads });
  const holder: StepOf<'container'> = {
    kind: 'container',
    name: 'holder',
    when: 'success',
    role: 'holder',
    wave: SERVICE_WAVE,
    container: keeper,
  };
  const holders = workspace.uploads.length > 0 ? [holder] : [];
  const tasks = groupedTasks({ ...setting, spec: { ...spec, image } }, { beside: holders[0], holder: holders[0] });
  return [
    ...serviceVolumes(setting),
    ...holders,
    ...tasks.containers,
    ...serviceSteps(setting, undefined),
    ...tasks.steps,
    ...containerArtifacts(spec, context, holders[0]?.container.name),
  ];
}

/** For the step's user alone; where the image decides who that is, for everybody in the container. */
function kubeconfigFile(spec: Spec, context: PlanContext): Upload {
  const { owner } = identityPlan(spec.identity, context.facts.caller, spec.workspace.dir);
  return {
    type: 'file',
    hostPath: clusterFiles(context).internalKubeconfig,
    target: KUBECONFIG,
    mode: owner ? 0o600 : 0o644,
    owner: owner ?? { uid: 0, gid: 0 },
  };
}
