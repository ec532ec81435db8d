import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { daemon } from '../support/daemon.ts';
import { type Guarded, guarded, ran, started } from './support/guarded.ts';

let guard: Guarded;
let context: string;
beforeAll(async () => {
  guard = await guarded();
});
afterAll(async () => expect(await guard.end()).toEqual([]));
beforeEach(async () => {
  context = path.join(guard.workspace, 'context');
  await mkdir(context, { recursive: true });
  await writeFile(
    path.join(context, 'Dockerfile'),
    `FROM busybox:1 AS first\nRUN echo ${Math.random()} >/one\nFROM busybox:1\nLABEL mine=1 dev.runner.run=evil\nCOPY --from=first /one /one\nRUN echo ${Math.random()} >/two\n`,
  );
  await writeFile(path.join(context, 'Failing'), `FROM busybox:1\nRUN echo ${Math.random()} >/one\nRUN exit 3\n`);
});

const tag = (part: string): string => `guarded/${part}:${guard.plan.run.slice(-8)}`;
const images = async (): Promise<readonly string[]> =>
  (await daemon().listAll()).filter(({ resource }) => resource.kind === 'image').map(({ resource }) => resource.name);
const labelsOf = async (image: string) =>
  JSON.parse((await guard.docker('image', 'inspect', '-f', '{{json .Config.Labels}}', image)).stdout) as Record<string, string>;

test.each([
  { by: 'BuildKit', env: {} },
  { by: 'the classic builder', env: { DOCKER_BUILDKIT: '0' } },
])('an image built by $by carries the labels of the run, whatever its Dockerfile says', async ({ env }) => {
  const { code, stderr } = await ran('docker', ['build', '-t', tag('built'), context], { ...guard.env, ...env });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(await labelsOf(tag('built'))).toMatchObject({ mine: '1', ...guard.plan.labels });
  expect((await guard.docker('run', '--rm', tag('built'), 'cat', '/one')).code).toBe(0);
});

test('a run that built with both builders, with and without a tag, finished and failed, leaves no image', async () => {
  const own = await guarded();
  const before = new Set(await images());
  for (const DOCKER_BUILDKIT of ['0', '1']) {
    for (const args of [
      ['-q', context],
      ['-t', tag(`left-${DOCKER_BUILDKIT}`), '--target', 'first', context],
      ['-f', path.join(context, 'Failing'), context],
    ])
      await ran('docker', ['build', ...args], { ...own.env, DOCKER_BUILDKIT });
  }
  expect((await own.left()).length).toBeGreaterThanOrEqual(3);
  const mine = [...own.booked].length + (await own.left()).length;
  expect(mine).toBeGreaterThanOrEqual(5);
  const booked = own.booked;
  const left = await own.left();
  expect(await own.end()).toEqual([]);
  const after = await images();
  expect(after.filter((image) => !before.has(image) && [...booked, ...left].includes(`image ${image}`))).toEqual([]);
}, 120_000);

test('a build that is under way when the run ends leaves no layer', async () => {
  const own = await guarded();
  await writeFile(
    path.join(own.workspace, 'Dockerfile'),
    `FROM busybox:1\nRUN echo ${Math.random()} >/one\nRUN echo two >/two\nRUN sleep 60\n`,
  );
  const before = new Set(await images());
  const building = started('docker', ['build', own.workspace], { ...own.env, DOCKER_BUILDKIT: '0' });
  let said = '';
  building.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  while (!said.includes('RUN sleep')) await delay(20);
  expect(await own.end()).toEqual([]);
  const layers = [...said.matchAll(/---> ([0-9a-f]{12})/g)].map(([, id]) => id);
  expect((await images()).filter((image) => !before.has(image) && layers.includes(image.slice(7, 19)))).toEqual([]);
}, 60_000);

test('a name that somebody else has is not given to what a build makes', async () => {
  for (const DOCKER_BUILDKIT of ['0', '1']) {
    const { code, stderr } = await ran('docker', ['build', '-t', 'busybox:1', context], { ...guard.env, DOCKER_BUILDKIT });
    expect(code).not.toBe(0);
    expect(stderr).toContain('taken by an image that this run did not make');
  }
});

test('a build on the network of the machine needs policy', async () => {
  const bad = await ran('docker', ['build', '--network', 'host', '--allow', 'network.host', context], guard.env);
  expect(bad.stderr).toContain('`host-network` would allow it');
  const classic = await ran('docker', ['build', '--network', 'host', context], { ...guard.env, DOCKER_BUILDKIT: '0' });
  expect(classic.stderr).toContain('`host-network` would allow it');
});

test('the cache and the history of builds are nobody’s to look into or to remove', async () => {
  for (const args of [
    ['buildx', 'du'],
    ['buildx', 'prune', '-af'],
    ['builder', 'prune', '-af'],
  ])
    expect((await guard.docker(...args)).code).not.toBe(0);
});

test('commit, tag, import, save and load make images that go with the run', async () => {
  const container = `c${guard.plan.run.slice(-8)}`;
  await guard.docker('run', '--name', container, 'busybox:1', 'touch', '/made');
  expect((await guard.docker('commit', container, tag('committed'))).code).toBe(0);
  expect(await labelsOf(tag('committed'))).toMatchObject(guard.plan.labels);
  expect((await guard.docker('tag', 'busybox:1', tag('tagged'))).code).toBe(0);
  const archive = path.join(guard.workspace, 'images.tar');
  expect((await guard.docker('save', '-o', archive, tag('committed'), tag('tagged'))).code).toBe(0);
  expect((await guard.docker('rmi', tag('committed'), tag('tagged'))).code).toBe(0);
  expect((await guard.docker('load', '-i', archive)).stdout).toContain(`Loaded image: ${tag('committed')}`);
  const rootfs = path.join(guard.workspace, 'rootfs.tar');
  await guard.docker('export', '-o', rootfs, container);
  expect((await guard.docker('import', rootfs, tag('imported'))).code).toBe(0);
  expect(await labelsOf(tag('imported'))).toMatchObject(guard.plan.labels);
});

test('an archive does not move a name that somebody else has', async () => {
  const archive = path.join(guard.workspace, 'poison.tar');
  await guard.docker('tag', 'debian:bookworm', tag('poison'));
  const { stdout: id } = await ran('docker', ['image', 'inspect', '-f', '{{.Id}}', 'busybox:1'], guard.env);
  const script = `mkdir -p x && tar -xf a.tar -C x && sed -i 's#guarded/poison:[0-9a-f]*#busybox:1#' x/manifest.json && tar -cf ${archive} -C x .`;
  await guard.docker('save', '-o', path.join(guard.workspace, 'a.tar'), tag('poison'));
  await ran('sh', ['-c', `cd ${guard.workspace} && ${script}`], guard.env);
  const { code, stderr } = await guard.docker('load', '-i', archive);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('busybox:1, a name that an image has which this run did not make'),
  });
  expect((await ran('docker', ['image', 'inspect', '-f', '{{.Id}}', 'busybox:1'], guard.env)).stdout).toBe(id);
});

test('what the run did not make is not removed, by name, by id or by prune', async () => {
  expect((await guard.docker('rmi', '-f', 'busybox:1')).code).not.toBe(0);
  const id = (await guard.docker('image', 'inspect', '-f', '{{.Id}}', 'busybox:1')).stdout.trim();
  expect((await guard.docker('rmi', '-f', id)).code).not.toBe(0);
  expect((await guard.docker('image', 'prune', '-af')).code).toBe(0);
  expect((await guard.docker('image', 'inspect', 'busybox:1')).code).toBe(0);
});
