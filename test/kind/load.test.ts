import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/engine/connect.ts';
import type { LoadedImage } from '../../src/plan/kubernetes.ts';
import { quietly } from '../support/cluster.ts';
import { makeImage, makeNode, type TestNode } from '../support/node.ts';

const name = `runner-test-load-${process.pid}`;
const [first, second] = [`${name}:1`, `${name}:2`];
const { clusters } = connect({ environment: process.env as Record<string, string>, context: undefined });
let node: TestNode;
beforeAll(() => {
  node = makeNode(name);
  for (const image of [first, second]) makeImage(image, { bytes: 1_000_000, text: image });
});
afterAll(() => {
  node?.remove();
  spawnSync('docker', ['rmi', first, second]);
});

const load = (...images: readonly LoadedImage[]): Promise<readonly string[]> => clusters.load(name, images, quietly());
const named = (image: string, as?: string): LoadedImage => ({ image, pull: 'never', ...(as ? { as } : {}) });
const textIn = (image: string): string =>
  node.exec('ctr', '--namespace=k8s.io', 'run', '--rm', `docker.io/library/${image}`, `t${Math.random()}`, 'cat', '/text').trim();

test('an image is streamed once, and found there afterwards', async () => {
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

test('a name that has come to mean another image is loaded anew', async () => {
  await load(named(first, 'app:ci'));
  expect(textIn('app:ci')).toBe(first);
  execFileSync('docker', ['tag', second, `${name}:moved`]);
  expect(await load(named(`${name}:moved`, 'app:ci'))).toEqual([expect.stringMatching(/^app:ci streamed/)]);
  spawnSync('docker', ['rmi', `${name}:moved`]);
  expect(textIn('app:ci')).toBe(second);
});

test('an archive is imported, and one that is none is refused with its name', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'runner-test-load-'));
  const [archive, text] = [path.join(folder, 'images.tar'), path.join(folder, 'text.tar')];
  execFileSync('docker', ['save', '--output', archive, 'busybox:1']);
  writeFileSync(text, 'no archive at all');
  expect(await load({ archive })).toEqual([`${archive} imported`]);
  expect(node.exec('crictl', 'images')).toContain('docker.io/library/busybox');
  await expect(load({ archive: text })).rejects.toMatchObject({ code: 'cluster.load-failed', message: expect.stringContaining(text) });
});

test('a signal ends a load', async () => {
  await expect(clusters.load(name, [named(second, 'late:1')], quietly(AbortSignal.abort()))).rejects.toThrow();
  expect(node.exec('crictl', 'images')).not.toContain('late');
});
