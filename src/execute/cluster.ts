import type { StepOf } from '../plan/plan.ts';
import type { StepContext, StepResult } from './handlers.ts';

/**
 * A cluster that pods can be made in. What kind still has to do then, it does beside what comes next; a failure of it ends
 * the run as the end of a service does.
 */
export async function startCluster({ name, cluster }: StepOf<'cluster'>, context: StepContext): Promise<StepResult> {
  const { around, scope, signal, onOutput, onProgress } = context;
  const { engines, stops, now } = around;
  const admission = await around.admitCluster({ onProgress, signal });
  scope.defer(() => admission.release());
  const startedMs = now();
  const waiting = { signal, onOutput, onProgress };
  scope.own({ kind: 'processes', name: cluster.marker });
  scope.own({ kind: 'cluster', name: cluster.name });
  await engines.clusters.create(cluster, waiting);
  engines.clusters.completed(cluster.name).catch((error) => stops.stop({ by: 'failure', service: name, error }));
  const timeoutMs = Math.max(1, cluster.waitMs - (now() - startedMs));
  await engines.kubernetes.untilUsable(cluster.kubeconfig, { ...waiting, timeoutMs });
  await admission.started();
  return { note: `usable after ${((now() - startedMs) / 1000).toFixed(1)} s` };
}
