import { expect, test } from 'vitest';
import { loadMatrix } from '../../../../src/spec/matrix/load.ts';

const load = (text: string, environment = {}) =>
  loadMatrix({
    file: 'm.yaml',
    path: '/w/My Matrix.yaml',
    text: Buffer.from(text),
    environment,
    set: [{ path: ['repeat'], value: '7', from: '--set repeat' }],
  });

test('a matrix is completed with defaults, its name is that of its file, and its paths are absolute', () => {
  expect(load('matrix: { pattern: [host, kind] }\nreport: { html: out/r.html }\n')).toEqual({
    name: 'my-matrix',
    file: '/w/My Matrix.yaml',
    folder: '/w',
    spec: '/w/runner.yaml',
    axes: { pattern: ['host', 'kind'] },
    exclude: [],
    include: [],
    repeat: 7,
    warmup: 0,
    order: 'shuffled',
    seed: 1,
    maxParallel: 1,
    failFast: false,
    timeoutMs: undefined,
    unavailable: 'skip',
    leakCheck: false,
    interrupts: { signals: [], each: 7 },
    parallelism: [],
    gates: [],
    report: { html: '/w/out/r.html' },
  });
});

test('the matrix of the specification loads', () => {
  const { include, gates, interrupts, axes } = load(`
name: patterns-nightly
spec: ./workload.yaml
matrix:
  pattern: [host, single, serial, sibling, kind]
  cache: [cold, warm]
  exclude: [{ pattern: host, cache: cold }]
  include: [{ pattern: single, cache: warm, set: { image: "debian:trixie", resources.cpus: 2 } }]
interrupts: [int, term, kill]
gates:
  - { metric: success_rate, min: 0.99 }
  - { metric: wall_seconds.p50, regress_max: 15%, baseline: last_green, where: { pattern: single } }
`);
  expect(Object.keys(axes)).toEqual(['pattern', 'cache']);
  expect(include[0]?.set.map(({ path, value }) => [path, value])).toEqual([
    [['image'], '"debian:trixie"'],
    [['resources', 'cpus'], '2'],
  ]);
  expect(gates[1]).toEqual({
    metric: 'wall_seconds.p50',
    where: { pattern: 'single' },
    min: undefined,
    max: undefined,
    regressMax: 0.15,
    baseline: 'last_green',
  });
  expect(interrupts).toEqual({ signals: ['int', 'term', 'kill'], each: 7 });
});

test('variables are taken from the environment, as numbers where numbers are wanted', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the document's
  expect(load('matrix: { pattern: [single] }\nwarmup: ${N}\n', { N: '3' }).warmup).toBe(3);
});
