import { LABEL } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';
import { resourcesOf } from '../plan/resources-of.ts';
import type { Report } from '../report/report.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * What `on_failure.collect` asks for, while it still exists. Logs are stored with every run; here come the daemon's view of
 * the containers and its events. Evidence that can't be had never makes a failure worse: it is a warning.
 */
export async function collectEvidence(plan: Plan, status: Report['status'], around: Surroundings): Promise<void> {
  if ((status !== 'failed' && status !== 'errored') || plan.pattern === 'host') return;
  const texts: Promise<void>[] = [];
  if (plan.collect.includes('inspect')) texts.push(...containersOf(plan).map((name) => keepInspect(name, around)));
  if (plan.collect.includes('events')) texts.push(keepEvents(plan, around));
  await Promise.all(
    texts.map((text) => text.catch((error: Error) => around.emit({ type: 'run.warning', text: `no evidence: ${error.message}` }))),
  );
}

const containersOf = (plan: Plan): readonly string[] => resourcesOf(plan).flatMap(({ kind, name }) => (kind === 'container' ? [name] : []));

async function keepInspect(name: string, { engines, emit }: Surroundings): Promise<void> {
  const seen = await engines.containers.inspect(name).catch(() => undefined);
  if (seen !== undefined) await emit({ type: 'run.evidence', name: `inspect-${name}.json`, text: `${JSON.stringify(seen, null, 2)}\n` });
}

async function keepEvents({ run }: Plan, { engines, emit, startedAt }: Surroundings): Promise<void> {
  const sinceS = Math.floor(startedAt.getTime() / 1000);
  const text = await engines.containers.events({ name: LABEL.run, value: run }, { sinceS, untilS: Date.now() / 1000 });
  await emit({ type: 'run.evidence', name: 'events.ndjson', text });
}
