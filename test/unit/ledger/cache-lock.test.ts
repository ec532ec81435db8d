import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CacheLocker, lockCache } from '../../../src/ledger/cache-lock.ts';
import { listCaches, removeCache } from '../../../src/ledger/caches.ts';
import { LABEL } from '../../../src/plan/names.ts';
import { FakeContainers } from '../../support/fake-containers.ts';

let stateFolder: string;
let locker: CacheLocker;
beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'cache-lock-'));
  locker = { stateFolder, owner: 'boot/1/42/3', expiresAt: Date.now() + 60_000, aliveness: () => 'alive', waitMs: 5_000 };
});
afterEach(() => rm(stateFolder, { recursive: true, force: true }));

const said: string[] = [];
const waiting = { onProgress: (text: string) => said.push(text), signal: new AbortController().signal };

test('a cache is one run’s at a time; the next waits, and says for whom', async () => {
  said.length = 0;
  const order: string[] = [];
  const release = await lockCache('npm', waiting, locker);
  const second = lockCache('npm', waiting, locker).then((done) => {
    order.push('second has it');
    return done();
  });
  await delay(120);
  order.push('first lets go');
  await release();
  await second;
  expect(order).toEqual(['first lets go', 'second has it']);
  expect(said).toEqual(['waiting for the cache npm, which process 42 uses']);
});

test('different caches do not wait for each other', async () => {
  await lockCache('npm', waiting, locker);
  await lockCache('maven', waiting, locker);
});

test('a cache that stays in use is an error that names its holder', async () => {
  await lockCache('npm', waiting, locker);
  await expect(lockCache('npm', waiting, { ...locker, waitMs: 0 })).rejects.toMatchObject({
    code: 'cache.locked',
    detail: ['process 42 holds it'],
  });
});

test('an interrupt ends the waiting', async () => {
  await lockCache('npm', waiting, locker);
  const abort = new AbortController();
  const second = lockCache('npm', { ...waiting, signal: abort.signal }, locker);
  abort.abort();
  await expect(second).rejects.toThrow('abort');
});

test('the cache of a dead run is free', async () => {
  await lockCache('npm', waiting, locker);
  await lockCache('npm', waiting, { ...locker, aliveness: () => 'dead' });
});

test('caches are listed with their size, their last use and who has them, and removed unless somebody does', async () => {
  const containers = new FakeContainers();
  for (const name of ['npm', 'old']) await containers.createVolume({ name, labels: { [LABEL.cache]: name } });
  const release = await lockCache('npm', waiting, { ...locker, now: () => 7_000 });
  expect(await listCaches(stateFolder, containers)).toEqual([
    { volume: 'npm', sizeBytes: 4096, usedAt: 7_000, heldBy: 'boot/1/42/3' },
    { volume: 'old', sizeBytes: 4096 },
  ]);
  expect(await removeCache('npm', containers, locker)).toBe(false);
  await release();
  expect(await removeCache('npm', containers, locker)).toBe(true);
  expect(containers.left).toEqual(['volume old']);
});

test('a state folder that can not be written is a clear error', async () => {
  await writeFile(join(stateFolder, 'caches'), '');
  await expect(lockCache('npm', waiting, locker)).rejects.toMatchObject({ code: 'state.unwritable' });
});
