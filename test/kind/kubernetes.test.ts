import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withCluster } from '../../src/engine/kubernetes/cluster.ts';
import { kubernetesEngine } from '../../src/engine/kubernetes/kubernetes.ts';
import { CLUSTER_MS, makeCluster, quietly, type TestCluster } from '../support/cluster.ts';
import { daemon } from '../support/daemon.ts';
import { WIDGET_DEFINITION } from '../support/widgets.ts';

let cluster: TestCluster;
const engine = kubernetesEngine(daemon());
beforeAll(async () => {
  cluster = makeCluster(`runner-test-kubernetes-${process.pid}`, ['busybox:1']);
  await engine.untilUsable(cluster.kubeconfig, { ...quietly(), timeoutMs: 120_000 });
}, CLUSTER_MS);
afterAll(() => cluster?.remove(), 60_000);

const apply = (text: string, timeoutMs = 60_000) => {
  const file = path.join(cluster.folder, 'manifests.yaml');
  writeFileSync(file, text);
  return engine.apply({ kubeconfig: cluster.kubeconfig, files: [file], timeoutMs }, quietly());
};
const ready = (kind: string, name: string, timeoutMs = 30_000) =>
  engine.check({ kubeconfig: cluster.kubeconfig, timeoutMs, name, ready: { kind, name, namespace: 'default' } }, quietly());

const WIDGETS = `
apiVersion: example.com/v1
kind: Widget
metadata: { name: first, namespace: widgets }
---
${WIDGET_DEFINITION}---
apiVersion: v1
kind: Namespace
metadata: { name: widgets }
`;
const pod = (name: string, container: string, rest = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  terminationGracePeriodSeconds: 0\n${rest}  containers: [{ name: app, ${container} }]\n`;

test('namespaces come first and kinds second, wherever they stand', async () => {
  expect(await apply(WIDGETS)).toMatch(/^3 objects ready/);
  expect(cluster.kubectl('--namespace', 'widgets', 'get', 'widgets', '--output', 'name')).toBe('widget.example.com/first\n');
});

test('what was applied is ready when the promise resolves', async () => {
  await apply(pod('quick', 'image: "busybox:1", command: [sleep, "600"]'));
  expect(cluster.kubectl('get', 'pod', 'quick', '--output', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')).toBe('True');
});

test('a condition that becomes true ends the wait', async () => {
  await apply('apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: second }\n');
  await withCluster(cluster.kubeconfig, async ({ api }) => {
    const become = (status: string): Promise<unknown> =>
      api.json({
        method: 'PATCH',
        path: '/apis/example.com/v1/namespaces/default/widgets/second/status',
        contentType: 'application/merge-patch+json',
        body: { status: { conditions: [{ type: 'Ready', status }] } },
      });
    await become('False');
    await expect(ready('Widget', 'second', 1_000)).rejects.toMatchObject({ code: 'workload.not-ready' });
    const waiting = ready('Widget', 'second');
    await become('True');
    expect(await waiting).toMatch(/^ready after/);
  });
});

test('an image that can not be pulled ends the wait long before its time is over', async () => {
  await expect(apply(pod('missing', 'image: "nowhere.invalid/missing:1"'), 300_000)).rejects.toMatchObject({
    code: 'workload.failed',
    message: expect.stringMatching(/Pod default\/missing can't become ready: container app: ImagePullBackOff/),
    detail: expect.arrayContaining([expect.stringContaining('Failed to pull image')]),
    hint: expect.stringContaining('kind.load'),
  });
});

test('a program that ends again and again is told with its last lines', async () => {
  await expect(
    apply(
      pod(
        'crash',
        'image: "busybox:1", command: [sh, -c, "echo no setting called COLOUR; exit 3"], readinessProbe: { exec: { command: ["false"] } }',
      ),
    ),
  ).rejects.toMatchObject({
    code: 'workload.failed',
    message: expect.stringContaining('at last with exit code 3'),
    detail: expect.arrayContaining(['  no setting called COLOUR']),
  });
});

test('a pod that fits on no node is given up', async () => {
  const huge = 'image: "busybox:1", resources: { requests: { memory: 900Gi } }';
  await expect(apply(pod('huge', huge))).rejects.toMatchObject({
    code: 'workload.failed',
    message: expect.stringContaining('Insufficient memory'),
  });
});

test('when the time is over, what was last seen is told', async () => {
  const never = 'image: "busybox:1", command: [sleep, "600"], readinessProbe: { exec: { command: ["false"] }, periodSeconds: 1 }';
  await expect(apply(pod('never', never), 6_000)).rejects.toMatchObject({
    code: 'workload.not-ready',
    message: expect.stringMatching(/not ready within 6 s: Pod default\/never: container app/),
  });
});

test('an object that the server refuses is told with its line', async () => {
  await expect(apply(`${pod('fine', 'image: "busybox:1"')}---\n${pod('Not-A-Name', 'image: "busybox:1"')}`)).rejects.toMatchObject({
    code: 'manifest.refused',
    at: { line: 8 },
    message: expect.stringContaining('metadata.name'),
  });
  await expect(apply('apiVersion: example.org/v1\nkind: Gadget\nmetadata: { name: a }\n')).rejects.toMatchObject({
    code: 'manifest.refused',
    message: 'the cluster knows no Gadget of example.org/v1',
  });
});

test('a signal ends the wait', async () => {
  const stop = new AbortController();
  const folder = path.join(cluster.folder, 'stopped');
  mkdirSync(folder);
  writeFileSync(
    path.join(folder, 'pod.yaml'),
    pod('waits', 'image: "busybox:1", command: [sleep, "600"], readinessProbe: { exec: { command: ["false"] } }'),
  );
  const applying = engine.apply({ kubeconfig: cluster.kubeconfig, files: [folder], timeoutMs: 60_000 }, quietly(stop.signal));
  await delay(2_000);
  stop.abort();
  await expect(applying).rejects.toThrow('aborted');
});

test('an API server that does not answer is told with its address', async () => {
  const kubeconfig = path.join(cluster.folder, 'elsewhere');
  writeFileSync(kubeconfig, cluster.kubectl('config', 'view', '--raw').replace(/server: .*/, 'server: https://127.0.0.1:1'));
  const apart = { ...quietly(), timeoutMs: 500 };
  await expect(engine.untilUsable(kubeconfig, apart)).rejects.toMatchObject({
    code: 'cluster.not-ready',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('the evidence holds events, states and lines, also of before a restart, and no Secret', async () => {
  cluster.kubectl('create', 'secret', 'generic', 'key', '--from-literal=key=sesame-open');
  const files = await engine.evidence(cluster.kubeconfig, AbortSignal.timeout(20_000));
  expect(files.get('events.txt')).toMatch(/BackOff Pod default\/crash/);
  const lines = ['', '.previous'].map((which) => files.get(`logs/default.crash.app${which}.log`) ?? '').join('');
  expect(lines).toContain('no setting called COLOUR');
  expect(files.get('describe/pods.yaml')).toContain('name: huge');
  expect([...files.values()].filter((text) => text.includes(Buffer.from('sesame-open').toString('base64')))).toEqual([]);
});
