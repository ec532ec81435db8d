import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeSlot, tidySlots } from '../../../src/ledger/slots.ts';

let stateFolder: string;
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'runner-test-'));
});
afterEach(() => rmSync(stateFolder, { recursive: true }));

const slots = (places: number) => ({ stateFolder, name: 'cluster', count: async () => ({ places, because: `${places} fit` }) });
const alive = { owner: 'here/1/1/1', expiresAt: Number.POSITIVE_INFINITY, aliveness: () => 'alive' as const };
const waiting = (said: string[] = [], signal = new AbortController().signal) => ({
  onProgress: (text: string) => void said.push(text),
  signal,
});

test('as many as there are places get one at once; the next waits, says why, and comes in when one leaves', async () => {
  const [first] = [await takeSlot(slots(2), waiting(), alive), await takeSlot(slots(2), waiting(), alive)];
  const said: string[] = [];
  let isIn = false;
  const third = takeSlot(slots(2), waiting(said), alive).then((release) => {
    isIn = true;
    return release;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isIn).toBe(false);
  expect(said).toEqual(['waiting for a place: 2 fit']);
  await first?.();
  await third;
  expect(isIn).toBe(true);
});

test('a place that is given back twice is not taken from who has it then', async () => {
  const release = await takeSlot(slots(1), waiting(), alive);
  await release();
  await takeSlot(slots(1), waiting(), alive);
  await release();
  const said: string[] = [];
  await expect(takeSlot(slots(1), waiting(said, AbortSignal.timeout(50)), alive)).rejects.toThrow();
  expect(said).toHaveLength(1);
});

test('the place of a runner that died is free', async () => {
  await takeSlot(slots(1), waiting(), alive);
  const release = await takeSlot(slots(1), waiting(), { ...alive, aliveness: () => 'dead' });
  await release();
});

test('what the dead held is tidied away, and what others hold is not', async () => {
  const aliveness = (owner: string) => (owner.startsWith('gone') ? 'dead' : 'alive') as 'dead' | 'alive';
  for (const owner of ['gone/1', 'here/1', 'gone/2']) await takeSlot(slots(3), waiting(), { ...alive, owner });
  symlinkSync('gone/3 0', join(stateFolder, 'slots/cluster-7.lock.breaking'));
  await tidySlots(stateFolder, { ...alive, aliveness });
  expect(readdirSync(join(stateFolder, 'slots'))).toEqual(['cluster-1.lock']);
  await expect(tidySlots(join(stateFolder, 'none'), alive)).resolves.toBeUndefined();
});

test('whoever is stopped while waiting leaves the line', async () => {
  await takeSlot(slots(1), waiting(), alive);
  await expect(takeSlot(slots(1), waiting([], AbortSignal.abort(new Error('enough'))), alive)).rejects.toThrow('enough');
});
