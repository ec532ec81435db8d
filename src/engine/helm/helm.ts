import type { Env } from '../../spec/spec.ts';
import { withCluster } from '../kubernetes/cluster.ts';
import { releaseIn } from '../kubernetes/release.ts';
import { untilReady } from '../kubernetes/until-ready.ts';
import { untilWebhooksAnswer } from '../kubernetes/webhooks.ts';
import type { ChartEngine } from '../ports/kubernetes.ts';
import { chartError } from './chart-error.ts';
import { installCommand, testCommand } from './command.ts';
import { missingDependencies } from './dependencies.ts';
import { type HelmRun, refsOf, runHelm, runWatched } from './watched.ts';

/** Charts by the `helm` that is on the PATH of this environment, 3 or 4. */
export const helmEngine = ({ environment }: { readonly environment: Env }): ChartEngine => ({
  install: (plan, options) => withCluster(plan.kubeconfig, (cluster) => install({ plan, cluster, environment, options })),
});

async function install(run: HelmRun): Promise<string> {
  const { plan, options } = run;
  const startedMs = Date.now();
  const seconds = (): string => `${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
  await fetchDependencies(run);
  await runWatched(installCommand(plan), run, ['pre-install', 'post-install']);
  const objects = await objectsReady(run, () => Math.max(0, plan.timeoutMs - (Date.now() - startedMs)));
  const ready = `${objects} objects ready after ${seconds()}`;
  if (!plan.test) return ready;
  options.onProgress(`testing release ${plan.release}`);
  await runWatched(testCommand(plan), run, ['test', 'test-success']);
  return `${ready}, tests passed after ${seconds()}`;
}

async function fetchDependencies(run: HelmRun): Promise<void> {
  const command = await missingDependencies(run.plan.chart);
  if (!command) return;
  run.options.onProgress('fetching the charts that this one depends on');
  const end = await runHelm(command, run);
  run.options.signal.throwIfAborted();
  if (end.code !== 0) throw chartError({ plan: run.plan, command, end });
}

async function objectsReady({ plan, cluster, options }: HelmRun, leftMs: () => number): Promise<number> {
  const { watcher } = cluster;
  const release = await watcher.until(() => releaseIn(watcher.world, plan), options.signal);
  const targets = await refsOf(release, cluster);
  await untilReady(cluster, { targets: () => targets, timeoutMs: leftMs() }, options);
  await untilWebhooksAnswer(cluster, { targets, timeoutMs: leftMs() }, options);
  return targets.length;
}
