import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostEngine } from '../../../src/engine/host/host.ts';
import { differenceOf, type Inventory, takeInventory } from '../../../src/ledger/inventory.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';

let dir: string;
let containers: FakeContainers;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inventory-'));
  containers = new FakeContainers();
});
afterEach(() => rm(dir, { recursive: true }));

const take = (): Promise<Inventory> =>
  takeInventory(enginesOf({ containers, host: hostEngine() }), { folders: [dir], files: [join(dir, 'config')] });

/** Other tests start and end processes beside this one. */
const ours = (lines: readonly string[]): readonly string[] => lines.filter((line) => line.includes(dir) || /^(volume|network)/.test(line));

test('where nothing happened there is no difference', async () => {
  const { appeared, vanished } = differenceOf(await take(), await take());
  expect([ours(appeared), ours(vanished)]).toEqual([[], []]);
});

test('objects, folders, changed files and processes are all seen, ours or not', async () => {
  await containers.createNetwork({ name: 'before', labels: {} });
  const before = await take();
  await containers.createVolume({ name: 'foreign', labels: {} });
  await containers.removeNetwork('before');
  await writeFile(join(dir, 'config'), 'changed');
  const child = spawn('sleep', ['60'], { env: { RUNNER_STEP_ID: dir }, argv0: `${dir}-sleep` });
  const { appeared, vanished } = differenceOf(before, await take());
  child.kill();
  await once(child, 'exit');
  expect(ours(appeared)).toEqual([
    `entry ${dir}/config`,
    expect.stringMatching(`^file ${dir}/config sha256:[0-9a-f]{64}$`),
    `process ${child.pid} ${dir}-sleep 60`,
    'volume foreign',
  ]);
  expect(ours(vanished)).toEqual([`file ${dir}/config absent`, 'network before']);
});

test('links and mounts of this machine are in it', async () => {
  expect(await take()).toEqual(expect.arrayContaining(['link lo', 'mount /', 'mount /proc']));
});
