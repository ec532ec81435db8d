import path from 'node:path';
import { scriptCommand } from '../src/plan/command.ts';
import { markerOf, runnerEnv, specEnv } from '../src/plan/env.ts';
import type { Pattern, PlanContext } from '../src/plan/pattern.ts';
import type { ProcessPlan, Step } from '../src/plan/plan.ts';
import { taskStep } from '../src/plan/task.ts';
import { artifactSteps } from '../src/plan/workspace.ts';
import type { Env, PatternName, Spec, StepSpec } from '../src/spec/spec.ts';

/** Every step is a process on this machine, in a throwaway copy of the workspace: the baseline, with no isolation. */
export const host: Pattern = {
  name: 'host',
  summary: 'processes on this machine, in a throwaway copy of the workspace',
  plan(spec, context) {
    const { path: folder } = spec.workspace;
    return {
      steps: hostSteps(spec, context, { pattern: 'host', env: {} }),
      notes: [isCopied(spec) ? `works in a throwaway copy of ${folder}` : `works in ${folder} itself`],
    };
  },
};

/** The steps of a spec as processes of this machine, with what they need and what comes back; for patterns that offer that, too. */
export function hostSteps(spec: Spec, context: PlanContext, under: Pick<Setting, 'pattern' | 'env'>): readonly Step[] {
  const folders = foldersOf(spec, context);
  const setting = { spec, context, folders, ...under };
  const tasks = spec.steps.map((step) => taskStep(step, { in: 'process', process: processOf(step, setting) }));
  const to = context.artifactsDir ?? (isCopied(spec) ? spec.workspace.path : undefined);
  return [...folders.steps, ...tasks, ...artifactSteps(spec, { folder: folders.workspace }, to)];
}

const isCopied = ({ workspace }: Spec): boolean => workspace.mode !== 'bind';

/** What a process on the host may see of the runner's own environment unless the spec says otherwise. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TERM', 'USER', 'SHELL'];

interface Folders {
  readonly workspace: string;
  readonly secrets: string;
  readonly steps: readonly Step[];
}

function foldersOf(spec: Spec, { run, facts }: PlanContext): Folders {
  const scratch = path.join(facts.tempFolder, `runner-${run}`);
  const copied = isCopied(spec);
  const workspace = copied ? path.join(scratch, 'workspace') : spec.workspace.path;
  const secrets = path.join(scratch, 'secrets');
  const made: Step[] = [{ kind: 'folder', name: 'scratch folder', when: 'success', path: scratch }];
  if (spec.secrets.length > 0) made.push({ kind: 'folder', name: 'secrets folder', when: 'success', path: secrets });
  const copy = { from: spec.workspace.path, exclude: spec.workspace.exclude };
  if (copied) made.push({ kind: 'folder', name: 'workspace', when: 'success', path: workspace, copy });
  return { workspace, secrets, steps: made };
}

/** What all processes of one run share. */
interface Setting {
  readonly spec: Spec;
  readonly context: PlanContext;
  readonly folders: Folders;
  readonly pattern: PatternName;
  /** Over the step's own. */
  readonly env: Env;
}

function processOf(step: StepSpec, setting: Setting): ProcessPlan {
  const { spec, context, folders } = setting;
  return {
    command: scriptCommand(step.shell, step.run, { specs: spec.secrets, dir: folders.secrets }),
    env: envOf(step, setting),
    dir: path.resolve(folders.workspace, step.dir),
    stdin: spec.secrets.length > 0 ? 'secrets' : 'none',
    marker: markerOf(context.run, step.name),
  };
}

function envOf(step: StepSpec, { spec, context: { run, facts }, folders: { workspace, secrets }, pattern, env }: Setting): Env {
  const agent = spec.sshAgent ? ['SSH_AUTH_SOCK'] : [];
  return {
    ...specEnv(spec, facts.environment, step.env, [...INHERITED, ...agent]),
    ...env,
    ...runnerEnv({ run, pattern, step: step.name, workspace, secretsDir: secrets }),
  };
}
