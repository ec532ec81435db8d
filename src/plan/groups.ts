import type { Spec, StepSpec } from '../spec/spec.ts';
import { gated, HOLD } from './command.ts';
import { type ContainerSetting, imageOf, stepAlone, stepContainer, stepExec } from './container.ts';
import type { Place, Step, StepOf } from './plan.ts';
import { SERVICE_WAVE } from './services.ts';
import { taskStep } from './task.ts';

export interface GroupedTasks {
  /** What has to run before the first step: a container for each group of several. */
  readonly containers: readonly Step[];
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}

export interface Besides {
  /** The container whose network the steps share. */
  readonly beside: StepOf<'container'> | undefined;
  /** The same, where it has the first step's image. */
  readonly holder: StepOf<'container'> | undefined;
}

/**
 * The steps of the user, each in a container of its own; with `container_per: image`, neighbours of one image in one
 * container, an exec each. The run's holder has the first step's image, and is as good a container for the first group as any.
 */
export function groupedTasks(setting: ContainerSetting, { beside, holder }: Besides): GroupedTasks {
  const placed = groupsOf(setting.spec).map((group, index) => {
    if (group.length === 1) return { steps: group.map((step) => taskStep(step, aloneIn(setting, step))) };
    const container = index === 0 && holder ? holder : groupContainer(setting, group[0]!, beside);
    const { name } = container.container;
    return { container, steps: group.map((step) => taskStep(step, { in: 'exec', exec: stepExec(setting, name, step) })) };
  });
  return {
    containers: placed.flatMap(({ container }) => (container && container !== holder ? [container] : [])),
    steps: placed.flatMap(({ steps }) => steps),
    notes: placed.flatMap(({ container, steps }) =>
      container ? [`${steps.map(({ name }) => name).join(', ')}: one container for all of them, an exec each`] : [],
    ),
  };
}

/** Steps in a row that share a container; mostly each is for itself. */
function groupsOf(spec: Spec): readonly (readonly StepSpec[])[] {
  const key = (step: StepSpec): string => JSON.stringify(imageOf(spec, step));
  const groups: StepSpec[][] = [];
  for (const step of spec.steps) {
    const last = groups.at(-1);
    if (spec.docker.containerPer === 'image' && last?.[0] && key(last[0]) === key(step)) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

function groupContainer(setting: ContainerSetting, first: StepSpec, beside: Besides['beside']): StepOf<'container'> {
  const image = imageOf(setting.spec, first);
  const container = stepContainer(setting, { part: `steps-${first.name}`, image, argv: HOLD, env: {} });
  const { network } = container;
  return {
    kind: 'container',
    name: `container of ${first.name}`,
    when: 'success',
    role: 'holder',
    wave: SERVICE_WAVE,
    container,
    ...(beside && network.type === 'container' ? { after: { [network.container]: 'started' } } : {}),
  };
}

function aloneIn(setting: ContainerSetting, step: StepSpec): Place {
  const { spec } = setting;
  const container = stepAlone(setting, step, { part: `step-${step.name}`, uploads: [] });
  if (!mayBeEarly(spec, step)) return { in: 'container', container };
  if (container.stdin === 'secrets') return { in: 'container', container, early: true };
  const [entrypoint, ...command] = gated([...(container.entrypoint ?? []), ...container.command]);
  return { in: 'container', container: { ...container, entrypoint: [entrypoint!], command, stdin: 'go' }, early: true };
}

/**
 * Whether nobody can tell that the container was started before the step's turn: there is something to start it beside,
 * it has the shell that lets it wait, and the steps before it can change neither its folder nor a source of its mounts.
 */
const mayBeEarly = ({ steps, services, mounts }: Spec, { if: when, shell, dir }: StepSpec): boolean =>
  steps.length + services.length > 1 &&
  when === 'success' &&
  shell[0] === 'sh' &&
  dir === '.' &&
  mounts.every(({ type }) => type !== 'bind');
