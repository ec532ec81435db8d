import path from 'node:path';
import { scriptCommand } from '../src/plan/command.ts';
import { markerOf, runnerEnv, specEnv } from '../src/plan/env.ts';
import type { Pattern, PlanContext } from '../src/plan/pattern.ts';
import type { ProcessPlan, Step } from '../src/plan/plan.ts';
import { taskStep } from '../src/plan/task.ts';
import { artifactSteps } from '../src/plan/workspace.ts';
import type { Env, Spec, StepSpec } from '../src/spec/spec.ts';

/** Every step is a process on this machine, in a throwaway copy of the workspace: the baseline, with no isolation. */
export const host: Pattern = {
  name: 'host',
  summary: 'processes on this machine, in a throwaway copy of the workspace',
  plan(spec, context) {
    const folders = foldersOf(spec, context);
    const tasks = spec.steps.map((step) => taskStep(step, { in: 'process', process: processOf(step, { spec, context, folders }) }));
    const to = context.artifactsDir ?? (folders.copied ? spec.workspace.path : undefined);
    return {
      steps: [...folders.steps, ...tasks, ...artifactSteps(spec, { folder: folders.workspace }, to)],
      notes: [folders.copied ? `works in a throwaway copy of ${spec.workspace.path}` : `works in ${spec.workspace.path} itself`],
    };
  },
};

/** What a process on the host may see of the runner's own environment unless the spec says otherwise. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TERM', 'USER', 'SHELL'];

interface Folders {
  readonly workspace: string;
  readonly secrets: string;
  readonly copied: boolean;
  readonly steps: readonly Step[];
}

function foldersOf(spec: Spec, { run, facts }: PlanContext): Folders {
  const scratch = path.join(facts.tempFolder, `runner-${run}`);
  const copied = spec.workspace.mode !== 'bind';
  const workspace = copied ? path.join(scratch, 'workspace') : spec.workspace.path;
  const secrets = path.join(scratch, 'secrets');
  const made: Step[] = [{ kind: 'folder', name: 'scratch folder', when: 'success', path: scratch }];
  if (spec.secrets.length > 0) made.push({ kind: 'folder', name: 'secrets folder', when: 'success', path: secrets });
  const copy = { from: spec.workspace.path, exclude: spec.workspace.exclude };
  if (copied) made.push({ kind: 'folder', name: 'workspace', when: 'success', path: workspace, copy });
  return { workspace, secrets, copied, steps: made };
}

/** What all processes of one run share. */
interface Setting {
  readonly spec: Spec;
  readonly context: PlanContext;
  readonly folders: Folders;
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

function envOf(step: StepSpec, { spec, context: { run, facts }, folders: { workspace, secrets } }: Setting): Env {
  const agent = spec.sshAgent ? ['SSH_AUTH_SOCK'] : [];
  return {
    ...specEnv(spec, facts.environment, step.env, [...INHERITED, ...agent]),
    ...runnerEnv({ run, pattern: 'host', step: step.name, workspace, secretsDir: secrets }),
  };
}
