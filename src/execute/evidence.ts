import { LABEL } from '../plan/names.ts';
import type { ClusterPlan, Plan } from '../plan/plan.ts';
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
  texts.push(
    ...plan.steps.flatMap((step) => (step.kind === 'container' && step.role === 'daemon' ? [keepDaemon(step.container.name, around)] : [])),
  );
  texts.push(...plan.steps.flatMap((step) => (step.kind === 'cluster' ? [keepCluster(step.cluster, around)] : [])));
  await Promise.all(
    texts.map((text) => text.catch((error: Error) => around.emit({ type: 'run.warning', text: `no evidence: ${error.message}` }))),
  );
}

const containersOf = (plan: Plan): readonly string[] => resourcesOf(plan).flatMap(({ kind, name }) => (kind === 'container' ? [name] : []));

async function keepInspect(name: string, { engines, emit }: Surroundings): Promise<void> {
  const seen = await engines.containers.inspect(name).catch(() => undefined);
  if (seen !== undefined) await emit({ type: 'run.evidence', name: `inspect-${name}.json`, text: `${JSON.stringify(seen, null, 2)}\n` });
}

/** A cluster is gone after its run: what its workloads and nodes said is kept whatever the spec collects. */
async function keepCluster({ name, kubeconfig }: ClusterPlan, { engines, emit, stops }: Surroundings): Promise<void> {
  const signal = AbortSignal.any([stops.forced, AbortSignal.timeout(CLUSTER_EVIDENCE_MS)]);
  const found = await Promise.all([engines.clusters.evidence(name), engines.kubernetes.evidence(kubeconfig, signal)]);
  for (const [file, text] of found.flatMap((texts) => [...texts]))
    await emit({ type: 'run.evidence', name: file.replaceAll('/', '-'), text });
}

async function keepDaemon(name: string, { engines, emit }: Surroundings): Promise<void> {
  for (const [file, text] of await engines.privateDaemons.evidence(name))
    await emit({ type: 'run.evidence', name: file.replaceAll('/', '-'), text });
}

const CLUSTER_EVIDENCE_MS = 15_000;

async function keepEvents({ run }: Plan, { engines, emit, startedAt }: Surroundings): Promise<void> {
  const sinceS = Math.floor(startedAt.getTime() / 1000);
  const text = await engines.containers.events({ name: LABEL.run, value: run }, { sinceS, untilS: Date.now() / 1000 });
  await emit({ type: 'run.evidence', name: 'events.ndjson', text });
}
