import { RunnerError } from '../errors.ts';
import type { PatternName, Spec } from '../spec/spec.ts';
import type { Pattern, PlanContext } from './pattern.ts';
import type { Plan } from './plan.ts';
import { withProbe } from './probe.ts';

/**
 * The whole plan of a run: pure, so it can be printed without anything being touched.
 * Throws `spec.invalid` where the pattern is not on the menu.
 */
export function compile(spec: Spec, name: PatternName, menu: Readonly<Partial<Record<PatternName, Pattern>>>, context: PlanContext): Plan {
  const pattern = menu[name];
  if (!pattern) {
    const hint = `Use one of: ${Object.keys(menu).join(', ')}.`;
    throw new RunnerError('spec.invalid', `pattern ${name} is not in this version`, { hint });
  }
  const { steps, notes } = pattern.plan(spec, context);
  const { run } = context;
  return {
    run,
    name: spec.name,
    pattern: name,
    file: spec.file,
    timeoutMs: spec.timeoutMs,
    keep: spec.keep,
    secrets: spec.secrets,
    collect: spec.onFailure.collect,
    steps: withProbe(steps, spec, name, context),
    notes,
  };
}
