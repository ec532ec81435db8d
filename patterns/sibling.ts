import type { Pattern } from '../src/plan/pattern.ts';
import { stepsApart } from './serial.ts';

/** As `serial`, and the steps may use Docker: what they start runs beside them, on the daemon that the runner itself uses. */
export const sibling: Pattern = {
  name: 'sibling',
  summary: 'one container a step, each with a guarded Docker socket',
  plan: (spec, context) => stepsApart(spec, context, { pattern: 'sibling', socket: 'guarded' }),
};
