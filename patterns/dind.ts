import type { Pattern } from '../src/plan/pattern.ts';
import { daemonPart } from '../src/plan/private-daemon.ts';
import { stepsApart } from './serial.ts';

/** As `serial`, and the steps have a Docker daemon of their own: whatever they do with it ends with it. */
export const dind: Pattern = {
  name: 'dind',
  summary: 'one container a step, with a throwaway Docker daemon of the job’s own',
  plan: (spec, context) => stepsApart(spec, context, { pattern: 'dind', socket: 'none', daemon: daemonPart }),
};
