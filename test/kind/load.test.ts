import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/engine/connect.ts';
import type { ClusterEngine } from '../../src/engine/ports/kubernetes.ts';
import type { LoadedImage } from '../../src/plan/kubernetes.ts';
import { ROOT, runCli, throwaway } from '../support/cli.ts';
import { CLUSTER_MS, quietly } from '../support/cluster.ts';
import { socketOfDaemon } from '../support/daemon.ts';
import { makeImage, TestNode } from '../support/node.ts';
import { PrivateEngine } from '../support/private-engine.ts';

const name = `runner-test-load-${process.pid}`;
const [first, second] = [`${name}:1`, `${name}:2`];
const named = (image: string, as?: string): LoadedImage => ({ image, pull: 'never', ...(as ? { as } : {}) });

/** Of the daemon with containerd's store, which the second half is about. */
let engine: PrivateEngine | undefined;
afterAll(() => engine?.down(), 60_000);

function withContainerd(): string {
  engine = new PrivateEngine('kind-containerd', { store: 'containerd' });
  for (const image of ['busybox:1', 'kindest/node:v1.34.4']) engine.load(image);
  return engine.address;
}

describe.each([
  ['Docker’s own store', 'overlay2', () => `unix://${socketOfDaemon()}`],
  ['containerd’s store', 'overlayfs', withContainerd],
])('with images in %s', (_, driver, addressOf) => {
  let address: string;
  let node: TestNode;
  let clusters: ClusterEngine;
  beforeAll(() => {
    address = addressOf();
    clusters = connect({ environment: { ...(process.env as Record<string, string>), DOCKER_HOST: address }, context: undefined }).clusters;
    node = new TestNode(name, address);
    for (const image of [first, second]) makeImage(address, { name: image, bytes: 1_000_000, text: image });
  }, CLUSTER_MS);
  afterAll(() => {
    node?.remove();
    spawnSync('docker', ['--host', address, 'rmi', first, second]);
  });

  const docker = (...args: readonly string[]): string => execFileSync('docker', ['--host', address, ...args], { encoding: 'utf8' });
  const load = (...images: readonly LoadedImage[]): Promise<readonly string[]> => clusters.load(name, images, quietly());
  const textIn = (image: string): string =>
    node.exec('ctr', '--namespace=k8s.io', 'run', '--rm', `docker.io/library/${image}`, `t${Math.random()}`, 'cat', '/text').trim();

  test('an image is streamed once, and found there afterwards', async () => {
    expect(docker('info', '--format', '{{.Driver}}')).toBe(`${driver}\n`);
    expect(await load(named(first))).toEqual([expect.stringMatching(/:1 streamed in [\d.]+ s$/)]);
    expect(await load(named(first))).toEqual([`${first} is there`]);
    expect(textIn(first)).toBe(first);
  });

  test('of an image that has changed only the layers that the node lacks are sent', async () => {
    expect(await load(named(first), named(second))).toEqual([
      `${first} is there`,
      expect.stringMatching(/:2 streamed in [\d.]+ s, without the layers that were there$/),
    ]);
    expect(textIn(second)).toBe(second);
  });

  test('where a node turns out to lack what it said it had, the whole image is sent', async () => {
    const third = `${name}:3`;
    makeImage(address, { name: third, bytes: 1_000_000, text: third });
    const archive = execFileSync('sh', ['-c', `docker --host ${address} save ${third} | tar --list`], { encoding: 'utf8' });
    const blobs = [...archive.matchAll(/^blobs\/sha256\/(\w{64})$/gm)].map(([, hex]) => `sha256:${hex}`);
    const layers = JSON.parse(docker('inspect', '--format', '{{json .RootFS.Layers}}', third)) as string[];
    const real = node.exec('which', 'ctr').trim();
    const boast = `#!/bin/sh\n[ "$2 $3" = "content ls" ] && printf '%s\\n' ${[...blobs, ...layers].join(' ')}\nexec ${real}.real "$@"\n`;
    node.exec('sh', '-c', `mv ${real} ${real}.real && printf %s "$1" >${real} && chmod 755 ${real}`, 'sh', boast);
    expect(await load(named(third))).toEqual([expect.stringMatching(/:3 streamed in [\d.]+ s$/)]);
    node.exec('mv', `${real}.real`, real);
    expect(textIn(third)).toBe(third);
    docker('rmi', third);
  });

  test('a name that has come to mean another image is loaded anew', async () => {
    await load(named(first, 'app:ci'));
    expect(textIn('app:ci')).toBe(first);
    expect(await load(named(second, 'app:ci'))).toEqual([expect.stringMatching(/^app:ci streamed/)]);
    expect(textIn('app:ci')).toBe(second);
  });

  test('an archive is imported, and one that is none is refused with its name', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'runner-test-load-'));
    const [archive, text] = [path.join(folder, 'images.tar'), path.join(folder, 'text.tar')];
    docker('save', '--output', archive, 'busybox:1');
    writeFileSync(text, 'no archive at all');
    expect(await load({ archive })).toEqual([`${archive} imported`]);
    expect(node.exec('crictl', 'images')).toContain('docker.io/library/busybox');
    await expect(load({ archive: text })).rejects.toMatchObject({ code: 'cluster.load-failed', message: expect.stringContaining(text) });
    rmSync(folder, { recursive: true });
  });
});

test(
  'a whole job works with containerd’s store',
  async () => {
    const { address, beside } = engine as PrivateEngine;
    const cwd = throwaway(path.join(ROOT, 'fixtures/kind/manifests'));
    const args = ['exec', 'spec.yaml', '--progress', 'plain'];
    const { code, stdout, stderr } = await runCli(args, { cwd, env: { DOCKER_HOST: address }, behind: beside });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('hello from a throwaway cluster');
    expect(stderr).toContain('busybox:1 streamed in');
    expect(stderr).toContain('leftovers 0');
  },
  CLUSTER_MS,
);
