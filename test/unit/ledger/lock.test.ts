import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Lock, lockHolder, tryLock } from '../../../src/ledger/lock.ts';
import type { Aliveness } from '../../../src/ledger/owner.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(dir, 'a.lock');
});
afterEach(() => rm(dir, { recursive: true }));

const lives: Record<string, Aliveness> = { live: 'alive', other: 'alive', gone: 'dead', far: 'unknown' };
const aliveness = (owner: string): Aliveness => lives[owner] ?? 'alive';
const take = (owner: string, now = 0): Promise<Lock> => tryLock(path, { owner, expiresAt: 1_000, aliveness, now: () => now });

test('a lock has one holder at a time, and says who', async () => {
  const mine = await take('live');
  expect(mine.held).toBe(true);
  expect(await take('other')).toEqual({ held: false, by: 'live' });
  expect(await lockHolder(path, { aliveness })).toBe('live');
  if (mine.held) await mine.release();
  expect((await take('other')).held).toBe(true);
});

test('the lock of a dead holder is taken over', async () => {
  await take('gone');
  expect(await lockHolder(path, { aliveness })).toBeUndefined();
  expect((await take('live')).held).toBe(true);
  expect(await readdir(dir)).toEqual(['a.lock']);
});

test('where the holder can not be seen, its lock holds until it expires', async () => {
  await take('far');
  expect((await take('live', 999)).held).toBe(false);
  expect((await take('live', 1_001)).held).toBe(true);
});

test('whoever died while breaking a lock stops nobody', async () => {
  await take('gone');
  await tryLock(`${path}.breaking`, { owner: 'gone', expiresAt: 0, aliveness });
  expect((await take('live')).held).toBe(true);
});

test('of a hundred who find a dead holder at once, one gets the lock', async () => {
  for (let round = 0; round < 10; round += 1) {
    await rm(path, { force: true });
    await take('gone');
    const locks = await Promise.all(Array.from({ length: 100 }, (_, i) => take(`owner-${i}`)));
    expect(locks.filter(({ held }) => held)).toHaveLength(1);
  }
});
