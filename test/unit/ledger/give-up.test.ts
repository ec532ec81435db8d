import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Collected, collectWithin, type GcWorld } from '../../../src/ledger/gc.ts';
import { giveUp } from '../../../src/ledger/give-up.ts';
import { openLedger } from '../../../src/ledger/ledger.ts';
import { ledgerLock } from '../../../src/ledger/ledgers.ts';
import { tryLock } from '../../../src/ledger/lock.ts';
import { readReclaimed } from '../../../src/ledger/reclaimed.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { headerOf, NETWORK, RUN } from './a-ledger.ts';

const FOLDER = { kind: 'folder', name: `/tmp/runner-${RUN}` } as const;
let host: FakeHost;
let world: GcWorld;
let silent: Collected;

/** A dead run with a folder here and a network on a daemon that takes calls and never answers. */
beforeEach(async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'give-up-'));
  onTestFinished(() => rm(stateFolder, { recursive: true }));
  host = new FakeHost();
  host.folders.add(FOLDER.name);
  const containers = new FakeContainers();
  containers.labelled = () => new Promise(() => {});
  const enginesFor = () => enginesOf({ containers, host });
  world = { stateFolder, owner: 'boot/1/1/1', docker: {}, enginesFor, aliveness: (owner) => (owner === 'live' ? 'alive' : 'dead') };
  await openLedger(stateFolder, headerOf({ docker: { DOCKER_HOST: 'tcp://build:2375' } }), [NETWORK, FOLDER]);
  [silent] = (await collectWithin(60_000, world, AbortSignal.abort())) as [Collected];
});

const ledgers = (): Promise<readonly string[]> => readdir(join(world.stateFolder, 'ledger'));

test('what a given up run has on this machine goes first, and what its daemon has is written down', async () => {
  expect(silent.isUnanswered).toBe(true);
  expect(await giveUp(silent, world)).toBe('given-up');
  expect(host.folders).toEqual(new Set());
  expect(await ledgers()).toEqual([]);
  const reclaimed = await readReclaimed(world.stateFolder, RUN);
  expect(reclaimed).toMatchObject({ isDone: false, left: [{ resource: `network ${NETWORK.name}` }] });
});

test('a run with something on this machine that stays is not given up', async () => {
  host.removeFolder = () => Promise.reject(new Error('it is a mount'));
  expect(await giveUp(silent, world)).toBe('kept');
  expect(await ledgers()).toEqual([`${RUN}.jsonl`]);
});

test('a run that somebody is cleaning up after is left to them, and that is said', async () => {
  const lock = await tryLock(ledgerLock(world.stateFolder, RUN), { owner: 'live', expiresAt: Date.now() + 60_000 });
  expect(lock.held).toBe(true);
  expect(await giveUp(silent, world)).toBe('busy');
  expect(await ledgers()).toContain(`${RUN}.jsonl`);
});
