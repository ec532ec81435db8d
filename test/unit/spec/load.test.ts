import { describe, expect, test } from 'vitest';
import { processorMs } from '../../support/processor.ts';
import { load, problemsIn } from './support.ts';

const STEP = 'image: busybox:1\nsteps: [make]\n';

describe('a good document', () => {
  test('that says little gets its defaults', async () => {
    const { spec } = await load(STEP);
    expect(spec).toEqual({
      file: 'runner.yaml',
      folder: '/project',
      name: 'runner',
      pattern: undefined,
      timeoutMs: 3_600_000,
      image: 'busybox:1',
      env: {},
      inheritEnv: undefined,
      secrets: [],
      identity: 'caller',
      sshAgent: false,
      workspace: { path: '/project', mode: undefined, dir: '/workspace', readOnly: false, exclude: [] },
      resources: { cpus: undefined, memoryBytes: undefined, pids: undefined, gpus: 'none' },
      mounts: [],
      network: undefined,
      docker: {
        pull: 'missing',
        init: true,
        containerPer: 'step',
        privileged: false,
        capAdd: [],
        capDrop: [],
        devices: [],
        readOnly: false,
        runtime: undefined,
        socket: undefined,
        hostPaths: {},
      },
      services: [],
      build: [],
      steps: [
        {
          name: 'step-1',
          image: undefined,
          run: 'make',
          shell: ['sh', '-euc'],
          env: {},
          dir: '.',
          timeoutMs: undefined,
          if: 'success',
          retry: { max: 0, on: ['infrastructure'] },
          allowFailure: false,
        },
      ],
      kind: {
        nodeImage: 'kindest/node:v1.34.4',
        config: {},
        waitMs: 120_000,
        load: [],
        manifests: [],
        helm: [],
        checks: [],
        stepsOn: 'cluster',
      },
      dind: {
        image: 'docker:dind',
        preload: [],
        export: [],
        store: undefined,
        tls: false,
        registryMirrors: [],
        insecureRegistries: [],
        options: {},
        resources: { cpus: undefined, memoryBytes: undefined, pids: undefined, gpus: 'none' },
      },
      artifacts: undefined,
      onFailure: { collect: ['logs'] },
      keep: { when: 'never', forMs: 3_600_000 },
    });
  });

  test('has absolute paths where it names files of this machine', async () => {
    const { spec } = await load(`${STEP}
workspace: { path: src }
mounts: [{ source: ../shared, target: /s }, { source: /opt/sdk, target: /sdk }]
secrets: [{ name: key, file: key.pem }]
build: [{ tag: app, context: docker, dockerfile: app/Dockerfile }]
services: [{ name: db, image: a, mounts: [{ source: ./data, target: /data }] }]`);
    expect(spec.workspace.path).toBe('/project/src');
    expect(spec.mounts).toMatchObject([{ source: '/shared' }, { source: '/opt/sdk' }]);
    expect(spec.secrets).toMatchObject([{ from: { file: '/project/key.pem' } }]);
    expect(spec.build).toMatchObject([{ context: '/project/docker', dockerfile: '/project/docker/app/Dockerfile' }]);
    expect(spec.services[0]!.mounts).toMatchObject([{ source: '/project/data' }]);
  });

  test.each([
    ['caller', 'caller'],
    ['image', 'image'],
    ['"1000:50"', { uid: 1000, gid: 50 }],
    ['0:0', { uid: 0, gid: 0 }],
  ])('identity %s is %o', async (written, identity) => {
    expect((await load(`${STEP}identity: ${written}`)).spec.identity).toEqual(identity);
  });

  test.each([
    ['job', { type: 'job', steps: 'shared' }],
    ['none', { type: 'none' }],
    ['{ name: ci }', { type: 'existing', name: 'ci' }],
    ['{ steps: isolated }', { type: 'job', steps: 'isolated' }],
  ])('network %s is %o', async (written, network) => {
    expect((await load(`${STEP}network: ${written}`)).spec.network).toEqual(network);
  });

  test.each([
    ['ci/Nightly Build.yaml', 'nightly-build'],
    ['.runner.yml', 'runner'],
    ['-', 'run'],
  ])('without a name, %s is called %s', async (file, name) => {
    const { loadSpec } = await import('../../../src/spec/load.ts');
    const { spec } = await loadSpec({ file, text: STEP }, { folder: '/p', environment: {}, readFile: async () => undefined });
    expect(spec.name).toBe(name);
  });

  test('may have a BOM, Windows line ends and keys of other tools', async () => {
    const { spec } = await load(`\uFEFF${STEP}x-ci: [1, 2]\nname: a\n`.replaceAll('\n', '\r\n'));
    expect(spec.name).toBe('a');
  });

  test('may repeat itself with anchors, aliases and merges; what is written beside a merge wins', async () => {
    const { spec } = await load(`
image: a
x-all: &all { env: { A: "1" }, timeout: 5m }
x-slow: &slow { timeout: 20m, dir: slow }
x-script: &script echo \${NOT_HERE}
steps:
  - { <<: [*all, *slow], run: *script }
  - { <<: *all, run: *script, timeout: 1m }`);
    expect(spec.steps).toMatchObject([
      { env: { A: '1' }, timeoutMs: 300_000, dir: 'slow', run: 'echo $' + '{NOT_HERE}' },
      { timeoutMs: 60_000, dir: '.' },
    ]);
  });

  test('says where a field was written, also where it came by an alias, and where its step is when it was left out', async () => {
    const { placeOf } = await load(`image: a\nx-d: &d\n  privileged: true\nsteps:\n  - run: make\ndocker: *d\n`);
    expect(placeOf('docker.privileged')).toEqual({ file: 'runner.yaml', line: 3, column: 15 });
    expect(placeOf('steps[0].run')).toMatchObject({ line: 5, column: 10 });
    expect(placeOf(['steps', 0, 'image'])).toMatchObject({ line: 5, column: 5 });
  });
});

describe('a hostile document', () => {
  test('cannot touch the prototype of anything', async () => {
    await problemsIn(`${STEP}env: { __proto__: { polluted: yes }, constructor: { prototype: { polluted: yes } } }`);
    await problemsIn(STEP, { set: [{ path: ['env', '__proto__', 'polluted'], value: 'yes', from: '--set' }] });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each([
    ['larger than 1 MiB', `${STEP}#${'x'.repeat(1024 * 1024)}`, /is larger than 1 MiB \(1048\d+ bytes\)/],
    ['of many brackets', '['.repeat(1024 * 1024 - 1), /nested more than 50 levels/],
    ['of many dashes', '- '.repeat(500_000), /nested more than 50 levels/],
    ['of many keys', Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join('\n'), /is too long/],
    ['of closing brackets', ']'.repeat(1024 * 1024 - 1), /is too long/],
    ['of anchors', '&a '.repeat(300_000), /is too long/],
    ['of references', `${STEP}name: "${'${'.repeat(300_000)}"`, /without its/],
    ['of digits', `${STEP}timeout: ${'9'.repeat(500_000)}s`, /is longer than 24 days/],
    ['of a name that regular expressions may dread', `steps: [a]\nimage: ${'a-'.repeat(200_000)}!`, /is not the name of an image/],
  ])('%s is refused within a second', async (_, text, message) => {
    const startedAt = processorMs();
    expect((await problemsIn(text)).join('\n')).toMatch(message);
    expect(processorMs() - startedAt).toBeLessThan(1_000);
  });
});

describe('the block of another pattern', () => {
  const builds = 'build: [{ tag: a }]\n';
  const kind = (written: string) => problemsIn(`${STEP}${builds}kind: ${written}\n`);

  test('is checked', async () => {
    expect(await kind('{ nodes: 3, load: [{ build: a, archive: b }], checks: [{ name: up, ready: { kind: Pod } }] }')).toEqual([
      'runner.yaml:4:9  kind.nodes  is not a field',
      'runner.yaml:4:26  kind.load[0]  has build and archive; keep one of them',
      'runner.yaml:4:81  kind.checks[0].ready  needs `name`',
    ]);
  });

  test('may be anything that the pattern understands, with defaults and absolute paths', async () => {
    const good = `{ node_image: "kindest/node:v1.34.4", config: { nodes: [{ role: control-plane }] }, wait: 120s,
  load: ["busybox:1", { build: a }, { archive: ./images.tar }], manifests: [./k8s/], steps_on: cluster,
  helm: [{ release: app, chart: ./c, namespace: app, values: [ci.yaml], set: { image.tag: ci, n: 1 }, timeout: 5m, test: true }],
  checks: [{ name: page, http: { host: a.local, path: /, status: 200, contains: hello } }] }`;
    expect(await kind(good)).toEqual([]);
    const { spec } = await load(`${STEP}${builds}kind: ${good}`);
    expect(spec.kind).toMatchObject({
      load: [{ image: 'busybox:1' }, { image: { build: 'a' }, as: 'a' }, { archive: '/project/images.tar' }],
      manifests: ['/project/k8s'],
      helm: [{ chart: '/project/c', values: ['/project/ci.yaml'], timeoutMs: 300_000 }],
      checks: [{ name: 'page', timeoutMs: 60_000, http: { tls: false } }],
    });
  });
});
