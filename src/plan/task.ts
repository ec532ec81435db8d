import type { StepSpec } from '../spec/spec.ts';
import type { Place, StepOf } from './plan.ts';

/** A step of the user, wherever the pattern puts it. */
export const taskStep = (step: StepSpec, place: Place): StepOf<'task'> => ({
  kind: 'task',
  name: step.name,
  when: step.if,
  ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
  place,
  retry: step.retry,
  allowFailure: step.allowFailure,
});
