import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from '../../src/engine/kubernetes/api.ts';
import { withCluster } from '../../src/engine/kubernetes/cluster.ts';
import { kubernetesEngine } from '../../src/engine/kubernetes/kubernetes.ts';
import type { KubeObject } from '../../src/engine/kubernetes/object.ts';
import { makeCluster, quietly, type TestCluster } from '../support/cluster.ts';
import { daemon } from '../support/daemon.ts';
import { WIDGET_DEFINITION } from '../support/widgets.ts';
import type { Count, Counted } from './counts.ts';
import { median } from './pair.ts';

const engine = kubernetesEngine(daemon());

export const CLUSTER_WATCH_COUNTS: Readonly<Record<string, Count>> = {
  'readiness-lag': { name: 'a condition has become true → the runner goes on', target: '≤ 100 ms', run: () => inCluster(readinessLag) },
  'pull-back-off': {
    name: 'the kubelet has said that an image can’t be pulled → the wait has ended',
    target: '≤ 3 s',
    run: () => inCluster(pullBackOff),
  },
};

async function inCluster(measure: (cluster: TestCluster) => Promise<Counted>): Promise<Counted> {
  const cluster = makeCluster(`runner-bench-watch-${process.pid}`, ['busybox:1']);
  try {
    await engine.untilUsable(cluster.kubeconfig, { ...quietly(), timeoutMs: 120_000 });
    return await measure(cluster);
  } finally {
    cluster.remove();
  }
}

const WIDGETS = `${WIDGET_DEFINITION}---
apiVersion: example.com/v1
kind: Widget
metadata: { name: one }
`;
const ROUNDS = 40;

/** From the API server's answer to who made it true. */
async function readinessLag(cluster: TestCluster): Promise<Counted> {
  await apply(cluster, WIDGETS);
  const lags: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    lags.push(
      await withCluster(cluster.kubeconfig, async ({ api }) => {
        await become(api, 'False');
        const ready = { kind: 'Widget', name: 'one', namespace: 'default' };
        const plan = { kubeconfig: cluster.kubeconfig, timeoutMs: 30_000, name: 'one', ready };
        const waiting = engine.check(plan, quietly()).then(() => performance.now());
        await delay(500 + Math.random() * 1_000);
        await become(api, 'True');
        const trueMs = performance.now();
        return (await waiting) - trueMs;
      }),
    );
  }
  return counted(lags);
}

const become = (api: Api, status: 'True' | 'False'): Promise<unknown> =>
  api.json({
    method: 'PATCH',
    path: '/apis/example.com/v1/namespaces/default/widgets/one/status',
    contentType: 'application/merge-patch+json',
    body: { status: { conditions: [{ type: 'Ready', status }] } },
  });

const PODS = 5;

/** From the moment at which another watch of the same pod was told what the wait ended with. */
async function pullBackOff(cluster: TestCluster): Promise<Counted> {
  const lags: number[] = [];
  for (let index = 0; index < PODS; index += 1) {
    const name = `missing-${index}`;
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [{ name: app, image: "nowhere.invalid/missing:1" }] }\n`;
    const said = reasonsOf(cluster, name);
    const { message } = await apply(cluster, pod).then(
      () => new Error('the pod became ready'),
      (error: Error) => error,
    );
    const endedMs = performance.now();
    const [reason = message] = /(ErrImagePull|ImagePullBackOff)/.exec(message) ?? [];
    lags.push(endedMs - ((await said).get(reason) ?? Number.NaN));
    if (Number.isNaN(lags.at(-1))) throw new Error(`the wait ended otherwise: ${message}`);
  }
  return counted(lags);
}

interface Pod extends KubeObject {
  readonly status?: { readonly containerStatuses?: readonly { readonly state?: { readonly waiting?: { readonly reason?: string } } }[] };
}

/** When each reason to wait was first seen, up to the last one that comes. */
const reasonsOf = (cluster: TestCluster, name: string): Promise<ReadonlyMap<string, number>> =>
  withCluster(cluster.kubeconfig, async ({ watcher, watch }) => {
    await watch(['Pod']);
    const seen = new Map<string, number>();
    return watcher.until(() => {
      const pod = watcher.world.get<Pod>({ type: 'Pod', namespace: 'default', name });
      for (const { state } of pod?.status?.containerStatuses ?? []) {
        const reason = state?.waiting?.reason ?? '';
        if (!seen.has(reason)) seen.set(reason, performance.now());
      }
      return seen.has('ImagePullBackOff') ? seen : undefined;
    }, AbortSignal.timeout(120_000));
  });

function apply(cluster: TestCluster, text: string): Promise<string> {
  const file = path.join(cluster.folder, 'bench.yaml');
  writeFileSync(file, text);
  return engine.apply({ kubeconfig: cluster.kubeconfig, files: [file], timeoutMs: 60_000 }, quietly());
}

const counted = (lags: readonly number[]): Counted => ({
  figure: `${median(lags).toFixed(0)} ms`,
  spread: `${Math.min(...lags).toFixed(0)}–${Math.max(...lags).toFixed(0)} ms`,
  n: lags.length,
});
