import type { Plan } from '../plan/plan.ts';
import type { Report } from '../report/report.ts';
import type { Surroundings } from './surroundings.ts';

/** Whether the environment stays for a look inside, until when, and through which container. */
export function keepOf({ keep, steps }: Plan, status: Report['status'], { startedAt, stops }: Surroundings): Report['kept'] {
  const wanted = keep.when === 'always' || (keep.when === 'on_failure' && (status === 'failed' || status === 'errored'));
  if (!wanted || stops.reason?.by === 'signal') return undefined;
  const until = new Date(startedAt.getTime() + keep.forMs).toISOString();
  const holder = steps.findLast((step) => step.kind === 'container' && step.role === 'holder');
  return holder?.kind === 'container' ? { until, container: holder.container.name } : { until };
}
