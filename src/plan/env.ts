import type { Env, Spec } from '../spec/spec.ts';
import type { RunId } from './names.ts';

/** What every step is told about its run, under any pattern. */
export interface StepSetting {
  readonly run: RunId;
  readonly pattern: string;
  readonly step: string;
  readonly workspace: string;
  readonly secretsDir: string;
}

/** The runner's own variables; a spec can't set `RUNNER_*`, so these always tell the truth. */
export const runnerEnv = ({ run, pattern, step, workspace, secretsDir }: StepSetting): Env => ({
  CI: 'true',
  RUNNER: 'true',
  RUNNER_RUN_ID: run,
  RUNNER_PATTERN: pattern,
  RUNNER_STEP: step,
  RUNNER_WORKSPACE: workspace,
  RUNNER_SECRETS: secretsDir,
});

/** The variables of `environment` that a list of names and `PREFIX_*` patterns lets through. */
export function inherited(environment: Env, allowed: readonly string[]): Env {
  const lets = (name: string): boolean => allowed.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => lets(name)));
}

/**
 * The marker by which every process of a step is found, whatever it calls: it is in the environment of all of them.
 * `part` is unique in the run.
 */
export const markerOf = (run: RunId, part: string): string => `RUNNER_STEP_ID=${run}.${part.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;

/** What the spec itself sets: inherited variables, then `env`, then the step's own. */
export const specEnv = (spec: Spec, environment: Env, own: Env, fallback: readonly string[]): Env => ({
  ...inherited(environment, spec.inheritEnv ?? fallback),
  ...spec.env,
  ...own,
});
