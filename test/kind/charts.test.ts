import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/engine/connect.ts';
import type { ChartEngine } from '../../src/engine/ports/kubernetes.ts';
import type { ReleasePlan } from '../../src/plan/kubernetes.ts';
import { ROOT } from '../support/cli.ts';
import { CLUSTER_MS, enginesWithHelm, makeCluster, quietly, type TestCluster } from '../support/cluster.ts';
import { commandLines } from '../support/machine.ts';

let cluster: TestCluster;
const engines = connect({ environment: process.env as Record<string, string>, context: undefined });
beforeAll(async () => {
  cluster = makeCluster(`runner-test-charts-${process.pid}`, ['busybox:1']);
  await engines.kubernetes.untilUsable(cluster.kubeconfig, { ...quietly(), timeoutMs: 120_000 });
}, CLUSTER_MS);
afterAll(() => cluster?.remove(), 60_000);

const chart = (name: string): string => path.join(ROOT, 'fixtures/kind/charts', name);
const release = (name: string, what: Partial<ReleasePlan>): ReleasePlan => ({
  kubeconfig: cluster.kubeconfig,
  release: name,
  chart: chart('page'),
  namespace: name,
  values: [],
  set: {},
  timeoutMs: 60_000,
  test: false,
  ...what,
});

/** A chart of one template, in a folder of its own. */
function written(name: string, template: string, chartYaml = ''): string {
  const folder = path.join(cluster.folder, name);
  mkdirSync(path.join(folder, 'templates'), { recursive: true });
  writeFileSync(path.join(folder, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${chartYaml}`);
  writeFileSync(path.join(folder, 'templates/one.yaml'), template);
  return folder;
}

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n';
const helmsFor = (name: string): readonly string[] =>
  commandLines().filter((line) => /helm4? (install|test) /.test(line) && line.includes(` ${name} `));

describe.each(['helm', 'helm4'])('%s', (program) => {
  let charts: ChartEngine;
  beforeAll(() => {
    charts = enginesWithHelm(program, cluster.folder).charts;
  });

  test('installs a chart with its values, and what it made is ready then', async () => {
    const name = `page-${program}`;
    const values = path.join(cluster.folder, 'values.yaml');
    writeFileSync(values, 'text: from the file\nhost: file.local\n');
    const plan = release(name, { values: [values], set: { text: '1.10' } });
    expect(await charts.install(plan, quietly())).toMatch(/^4 objects ready after/);
    const get = (...args: readonly string[]): string => cluster.kubectl('--namespace', name, 'get', ...args);
    expect(get('deployment', name, '--output', 'jsonpath={.status.availableReplicas}')).toBe('1');
    expect(get('configmap', name, '--output', 'jsonpath={.data.index\\.html}')).toBe('1.10');
    expect(get('ingress', name, '--output', 'jsonpath={.spec.rules[0].host}')).toBe('file.local');
  });

  test('points at the line of a template that does not render', async () => {
    const folder = written(`unrendered-${program}`, `${CONFIG_MAP}data:\n  host: {{ .Values.page.host }}\n`);
    await expect(charts.install(release('unrendered', { chart: folder }), quietly())).rejects.toMatchObject({
      code: 'chart.invalid',
      at: { file: path.join(folder, 'templates/one.yaml'), line: 6 },
    });
  });

  test('is ended when a hook can never start', async () => {
    const name = `hook-${program}`;
    const plan = release(name, { chart: chart('broken'), set: { how: 'hook' }, timeoutMs: 300_000 });
    await expect(charts.install(plan, quietly())).rejects.toMatchObject({
      code: 'workload.failed',
      message: expect.stringMatching(/Job .*-prepare can't become ready: pod .*: container prepare: ImagePullBackOff/),
    });
    expect(helmsFor(name)).toEqual([]);
  });

  test('is told which test of the chart failed, with its lines', async () => {
    const hook = `apiVersion: v1
kind: Pod
metadata: { name: "{{ .Release.Name }}-test", annotations: { helm.sh/hook: test } }
spec:
  restartPolicy: Never
  containers: [{ name: ask, image: "busybox:1", command: [sh, -c, "echo seven is not eight; exit 4"] }]
`;
    const plan = release(`tested-${program}`, { chart: written(`tested-${program}`, hook), test: true });
    await expect(charts.install(plan, quietly())).rejects.toMatchObject({
      message: expect.stringContaining('container ask ended with exit code 4'),
      detail: expect.arrayContaining(['  seven is not eight']),
    });
  });
});

test('a chart that is not there, and a program that is not there, are told apart', async () => {
  await expect(engines.charts.install(release('none', { chart: '/nowhere' }), quietly())).rejects.toMatchObject({ code: 'chart.missing' });
  const { charts } = enginesWithHelm(undefined, cluster.folder);
  await expect(charts.install(release('none', {}), quietly())).rejects.toMatchObject({
    code: 'host.tool-missing',
    hint: expect.stringContaining('https://helm.sh/docs/intro/install/'),
  });
});

test('charts that a chart depends on are fetched first', async () => {
  written('part', CONFIG_MAP.replace('name: {{', 'name: part-{{'));
  const whole = written('whole', CONFIG_MAP, 'dependencies: [{ name: part, version: 1.0.0, repository: "file://../part" }]\n');
  expect(await engines.charts.install(release('whole', { chart: whole }), quietly())).toMatch(/^2 objects ready/);
});

test('a signal ends Helm, and nothing of it runs then', async () => {
  const hook = `apiVersion: batch/v1
kind: Job
metadata: { name: slow, annotations: { helm.sh/hook: pre-install } }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: slow, image: "busybox:1", command: [sleep, "600"] }]
`;
  const stop = new AbortController();
  const plan = release('stopped', { chart: written('stopped', hook), timeoutMs: 300_000 });
  const stopped = expect(engines.charts.install(plan, quietly(stop.signal))).rejects.toThrow();
  await delay(3_000);
  expect(helmsFor('stopped')).not.toEqual([]);
  stop.abort();
  await stopped;
  expect(helmsFor('stopped')).toEqual([]);
});

test('the evidence holds what Helm knows of each release', async () => {
  const files = await engines.kubernetes.evidence(cluster.kubeconfig, AbortSignal.timeout(20_000));
  expect(files.get('helm/page-helm.page-helm.v1.yaml')).toMatch(
    /# release page-helm in namespace page-helm, revision 1: deployed[\s\S]*kind: Deployment/,
  );
});
