import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Ledger, openLedger } from '../../../src/ledger/ledger.ts';
import { ledgerLock } from '../../../src/ledger/ledgers.ts';
import { tryLock } from '../../../src/ledger/lock.ts';
import { ownerOf, thisMachine } from '../../../src/ledger/owner.ts';
import { reap } from '../../../src/ledger/reap.ts';
import type { Reclaimed } from '../../../src/ledger/reclaimed.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { headerOf, RUN } from './a-ledger.ts';

let stateFolder: string;
let ledger: Ledger;
let host: FakeHost;
beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'reap-'));
  const { docker, ...header } = headerOf();
  host = new FakeHost();
  ledger = await openLedger(stateFolder, header, [{ kind: 'processes', name: `RUNNER_STEP_ID=${RUN}.a` }]);
});
afterEach(() => rm(stateFolder, { recursive: true }));

const owner = ownerOf(process.pid);
const reaping = (now = 5_000): Promise<Reclaimed | undefined> =>
  reap(ledger.path, { stateFolder, owner, enginesFor: () => enginesOf({ containers: new FakeContainers(), host }), now: () => now });

test('a reaper cleans up and lets go of the ledger and its lock', async () => {
  expect(await reaping()).toMatchObject({ isDone: true, by: 'reaper' });
  expect(host.log).toEqual([`kill RUNNER_STEP_ID=${RUN}.a`]);
  expect(await readdir(join(stateFolder, 'ledger'))).toEqual([]);
});

test('a reaper leaves a kept run alone until its time is over', async () => {
  await ledger.keep(6_000);
  expect(await reaping(5_999)).toBeUndefined();
  expect(host.log).toEqual([]);
  expect(await reaping(6_000)).toMatchObject({ isDone: true });
});

test('a reaper takes along what its runner left of opening the ledger', async () => {
  await writeFile(join(stateFolder, 'ledger', `${RUN}.boot~1~2~3~here.new`), '');
  const dead = ownerOf(process.pid, { ...thisMachine(), startTimeOf: () => '1' }).replaceAll('/', '~');
  await writeFile(join(stateFolder, 'ledger', `${RUN}.${dead}.new`), '');
  await reaping();
  expect(await readdir(join(stateFolder, 'ledger'))).toEqual([`${RUN}.boot~1~2~3~here.new`]);
});

test('a reaper has nothing to do where everything was given back', async () => {
  await ledger.close();
  expect(await reaping()).toBeUndefined();
});

test('a reaper waits for whoever cleans up already, in case they die of it', async () => {
  const lock = await tryLock(ledgerLock(stateFolder, RUN), { owner, expiresAt: Number.POSITIVE_INFINITY });
  const reaped = reaping();
  await delay(100);
  expect(host.log).toEqual([]);
  if (lock.held) await lock.release();
  expect(await reaped).toMatchObject({ isDone: true });
});
