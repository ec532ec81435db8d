import { HOLD } from '../src/plan/command.ts';
import { type ContainerSetting, imageOf, specMounts, stepAlone, stepContainer, stepExec } from '../src/plan/container.ts';
import { runLabels } from '../src/plan/labels.ts';
import type { Pattern } from '../src/plan/pattern.ts';
import type { NetworkMode, Step, Upload } from '../src/plan/plan.ts';
import { taskStep } from '../src/plan/task.ts';
import { containerArtifacts, workspacePlan } from '../src/plan/workspace.ts';
import type { Spec, StepSpec } from '../src/spec/spec.ts';

/** All steps in one container, one exec a step; a lone step may simply be that container's own command. */
export const single: Pattern = {
  name: 'single',
  summary: 'all steps in one container',
  plan(spec, context) {
    const workspace = workspacePlan(spec, context, runLabels(spec, 'single', context));
    const setting: ContainerSetting = { spec, context, pattern: 'single', network: networkOf(spec), workspace: workspace.mounts };
    const lone = loneStep(spec);
    const { container, steps } = lone ? alone(setting, lone, workspace.uploads) : together(setting, workspace.uploads);
    return {
      steps: [...workspace.steps, ...specMounts(setting).steps, ...steps, ...containerArtifacts(spec, context, container)],
      notes: [
        ...workspace.notes,
        lone
          ? 'one step: it is the container’s own command, which saves an exec'
          : `${spec.steps.length} steps: one container, an exec each`,
      ],
    };
  },
};

interface Job {
  readonly container: string;
  readonly steps: readonly Step[];
}

const PART = 'job';

/** The same either way, unless something looks at the container between two steps or after the last. */
const loneStep = (spec: Spec): StepSpec | undefined =>
  spec.steps.length === 1 && spec.steps[0]?.retry.max === 0 && spec.keep.when === 'never' ? spec.steps[0] : undefined;

function alone(setting: ContainerSetting, step: StepSpec, uploads: readonly Upload[]): Job {
  const container = stepAlone(setting, step, { part: PART, uploads });
  return { container: container.name, steps: [taskStep(step, { in: 'container', container })] };
}

function together(setting: ContainerSetting, uploads: readonly Upload[]): Job {
  const { spec } = setting;
  const container = stepContainer(setting, { part: PART, image: imageOf(spec), argv: HOLD, env: {}, uploads });
  const holder: Step = { kind: 'container', name: 'container', when: 'success', role: 'holder', container };
  const tasks = spec.steps.map((step) => taskStep(step, { in: 'exec', exec: stepExec(setting, container.name, step) }));
  return { container: container.name, steps: [holder, ...tasks] };
}

/** One container has nobody to talk to by name, so Docker's own bridge does, and costs no network of its own. */
function networkOf({ network }: Spec): NetworkMode {
  if (network === undefined || network.type === 'job') return { type: 'default' };
  return network.type === 'existing' ? { type: 'network', name: network.name, aliases: [] } : { type: network.type };
}
