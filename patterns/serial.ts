import { HOLD } from '../src/plan/command.ts';
import { buildTag, type ContainerSetting, imageOf, specMounts, stepAlone, stepContainer } from '../src/plan/container.ts';
import { socketPart } from '../src/plan/docker-socket.ts';
import { runLabels } from '../src/plan/labels.ts';
import { resourceName } from '../src/plan/names.ts';
import type { Pattern, PatternPlan, PlanContext } from '../src/plan/pattern.ts';
import type { NetworkMode, Step, Upload } from '../src/plan/plan.ts';
import { serviceLayers } from '../src/plan/services.ts';
import { taskStep } from '../src/plan/task.ts';
import { containerArtifacts, workspacePlan } from '../src/plan/workspace.ts';
import type { PatternName, Spec } from '../src/spec/spec.ts';

/** One container a step over a shared workspace, with services beside them on a private network. */
export const serial: Pattern = {
  name: 'serial',
  summary: 'one container a step, services beside them, one workspace',
  plan: (spec, context) => stepsApart(spec, context, { pattern: 'serial', socket: 'none' }),
};

/** What patterns of one container a step differ in. `socket`: what the steps get of Docker when the spec does not say. */
export interface Apart {
  readonly pattern: PatternName;
  readonly socket: NonNullable<Spec['docker']['socket']>;
}

export function stepsApart(spec: Spec, context: PlanContext, { pattern, socket: wanted }: Apart): PatternPlan {
  const labels = runLabels(spec, pattern, context);
  const net = networkOf(spec, resourceName(context.run, 'net'));
  const workspace = workspacePlan(spec, context, labels);
  const shared: ContainerSetting = { spec, context, pattern, network: net.outer, workspace: workspace.mounts };
  const mounts = specMounts(shared);
  const socket = socketPart(spec.docker.socket ?? wanted, {
    spec,
    context,
    labels,
    mounts: [...workspace.mounts, ...mounts.mounts],
    network: net.outer.type === 'network' ? net.outer.name : undefined,
  });
  const setting: ContainerSetting = { ...shared, socket };
  const holder = holderOf(setting, net, workspace.uploads);
  const network: Step[] =
    net.own === undefined ? [] : [{ kind: 'network', name: 'network', when: 'success', network: { name: net.own, labels } }];
  const container = holder?.container.name ?? resourceName(context.run, `step-${spec.steps.at(-1)?.name}`);
  return {
    steps: [
      ...network,
      ...workspace.steps,
      ...mounts.steps,
      ...socket.steps,
      ...builds(setting),
      ...(holder ? [holder] : []),
      ...serviceLayers(setting),
      ...tasks(
        { ...setting, network: holder && net.shared ? { type: 'container', container: holder.container.name } : net.outer },
        holder ? [] : workspace.uploads,
      ),
      ...containerArtifacts(spec, context, container),
    ],
    notes: [net.note, ...workspace.notes, ...socket.notes],
  };
}

interface Network {
  /** The network this run makes, if it makes one. */
  readonly own: string | undefined;
  /** What the holder and the services are attached to. */
  readonly outer: NetworkMode;
  /** The steps share the holder's network namespace. */
  readonly shared: boolean;
  readonly note: string;
}

function networkOf(spec: Spec, name: string): Network {
  const { network } = spec;
  if (network === undefined || network.type === 'job') {
    const shared = network?.steps !== 'isolated';
    const note = shared
      ? 'private network; the steps share one network namespace, as in a pod'
      : 'private network; an endpoint of its own for each step';
    return { own: name, outer: { type: 'network', name, aliases: [] }, shared, note };
  }
  if (network.type === 'existing')
    return { own: undefined, outer: { type: 'network', name: network.name, aliases: [] }, shared: true, note: `network ${network.name}` };
  return { own: undefined, outer: { type: network.type }, shared: network.type === 'default', note: `network ${network.type}` };
}

/** Holds the steps' network namespace, so that a step starts without building one, and takes the workspace when it is copied. */
function holderOf(
  setting: ContainerSetting,
  net: Network,
  uploads: readonly Upload[],
): (Step & { readonly kind: 'container' }) | undefined {
  const alone = setting.spec.steps.length === 1;
  if (uploads.length === 0 && (alone || !net.shared)) return undefined;
  const { spec } = setting;
  const container = stepContainer(setting, { part: 'holder', image: imageOf(spec, spec.steps[0]), argv: HOLD, env: {}, uploads });
  return { kind: 'container', name: 'holder', when: 'success', role: 'holder', container };
}

function tasks(setting: ContainerSetting, uploads: readonly Upload[]): readonly Step[] {
  return setting.spec.steps.map((step, index) =>
    taskStep(step, {
      in: 'container',
      container: stepAlone(setting, step, { part: `step-${step.name}`, uploads: index === 0 ? uploads : [] }),
    }),
  );
}

const builds = ({ spec, context, pattern }: ContainerSetting): readonly Step[] =>
  spec.build.map((build) => ({
    kind: 'build',
    name: `build ${build.tag}`,
    when: 'success',
    build: {
      tag: buildTag(context.run, build.tag),
      context: build.context,
      dockerfile: build.dockerfile,
      args: build.args,
      ...(build.target === undefined ? {} : { target: build.target }),
      labels: { ...build.labels, ...runLabels(spec, pattern, context) },
      secrets: build.secrets,
    },
  }));
