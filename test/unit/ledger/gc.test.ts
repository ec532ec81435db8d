import { mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engines } from '../../../src/engine/ports.ts';
import { RunnerError } from '../../../src/errors.ts';
import { collect, collectWithin, type GcWorld, lookAround } from '../../../src/ledger/gc.ts';
import { planGc } from '../../../src/ledger/gc-plan.ts';
import { openLedger } from '../../../src/ledger/ledger.ts';
import type { LedgerHeader } from '../../../src/ledger/record.ts';
import { LABEL } from '../../../src/plan/names.ts';
import { resourceText } from '../../../src/plan/resource.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { headerOf } from './a-ledger.ts';

const docker = { DOCKER_HOST: 'unix:///run/docker.sock' };
let state: string;
let containers: FakeContainers;
let host: FakeHost;
let world: GcWorld;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'gc-'));
  containers = new FakeContainers();
  host = new FakeHost();
  const aliveness = (owner: string) => (owner.startsWith('live') ? 'alive' : 'dead');
  world = {
    stateFolder: state,
    owner: 'live/1/1/1',
    docker,
    enginesFor: () => enginesOf({ containers, host }),
    aliveness,
    now: () => 5_000,
  };
});
afterEach(() => rm(state, { recursive: true, force: true }));

const runOf = (n: number): string => `0193f3a0-0000-7000-8000-00000000000${n}`;

async function aRun(n: number, owner: string, more: Partial<LedgerHeader> = {}): Promise<void> {
  const run = runOf(n);
  await openLedger(state, headerOf({ run, owner, ...more }), [{ kind: 'network', name: `net-${n}` }]);
  await containers.createNetwork({ name: `net-${n}`, labels: { [LABEL.run]: run, [LABEL.owner]: owner, [LABEL.expires]: '10' } });
}

/** Five times as fast as the real one, so that a test does not wait until a daemon is quiet. */
const clock = (): (() => number) => {
  const started = Date.now();
  return () => 5_000 + (Date.now() - started) * 5;
};
const gc = async (): Promise<readonly string[]> => {
  const ticking = { ...world, now: clock() };
  const claims = planGc(await lookAround(ticking));
  const collected = await collect(claims, ticking, { signal: AbortSignal.timeout(10_000) });
  return collected.flatMap(({ reclaimed }) => reclaimed?.removed ?? []);
};

test('the deed is what the dry run said, and a second run removes nothing', async () => {
  await Promise.all([aRun(1, 'dead/1/1/1'), aRun(2, 'live/1/1/2'), aRun(3, 'dead/1/1/3')]);
  const said = planGc(await lookAround(world)).flatMap(({ objects }) => objects.map(resourceText));
  expect(said).toEqual(['network net-1', 'network net-3']);
  expect((await gc()).toSorted()).toEqual(said);
  expect(containers.left).toEqual(['network net-2']);
  expect(await gc()).toEqual([]);
  expect(await readdir(join(state, 'ledger'))).toEqual([`${runOf(2)}.jsonl`]);
});

test('what only looks like ours is never touched', async () => {
  await aRun(1, 'dead/1/1/1');
  await containers.createNetwork({ name: `runner-${runOf(1)}-net`, labels: {} });
  await containers.createNetwork({ name: 'similar', labels: { 'dev.runner.runs': runOf(1), 'dev.runner': 'x' } });
  await containers.createNetwork({ name: 'theirs', labels: { [LABEL.run]: runOf(7), [LABEL.owner]: 'live/9/9/9', [LABEL.expires]: '1' } });
  await gc();
  expect(containers.left).toEqual([`network runner-${runOf(1)}-net`, 'network similar', 'network theirs']);
});

test('of two who start at once, one cleans up and the other leaves it to the first', async () => {
  await aRun(1, 'dead/1/1/1');
  const ticking = { ...world, now: clock() };
  const both = await Promise.all([collectWithin(5_000, ticking), collectWithin(5_000, { ...ticking, owner: 'live/1/1/5' })]);
  expect(both.flat().filter(({ reclaimed }) => reclaimed)).toHaveLength(1);
  expect(containers.log.filter((line) => line === '-network net-1')).toHaveLength(1);
});

test('a start with nothing to clean up asks nobody', async () => {
  let asked = 0;
  const enginesFor = (): Engines => {
    asked += 1;
    return enginesOf({ containers, host });
  };
  const nobody = { ...world, enginesFor };
  expect(await collectWithin(1_000, nobody)).toEqual([]);
  await aRun(1, 'live/1/1/1');
  expect(await collectWithin(1_000, nobody)).toEqual([]);
  expect(asked).toBe(0);
});

test('a start whose budget is over leaves the rest to the next one', async () => {
  await aRun(1, 'dead/1/1/1');
  const ticking = { ...world, now: clock() };
  const [collected] = await collectWithin(50, ticking);
  expect(collected?.reclaimed).toMatchObject({ isDone: false, removed: ['network net-1'] });
  const [again] = await collectWithin(50, { ...world, now: () => 60_000 });
  expect(again?.reclaimed).toMatchObject({ isDone: true, removed: [] });
});

test('a start whose run is over waits no longer, but removes what is there', async () => {
  await aRun(1, 'dead/1/1/1');
  const [collected] = await collectWithin(60_000, { ...world, now: clock() }, AbortSignal.abort());
  expect(collected?.reclaimed).toMatchObject({ isDone: false, removed: ['network net-1'] });
});

test('a daemon that does not answer is told, and the ledgers of this machine are still looked at', async () => {
  containers.labelled = () => Promise.reject(new RunnerError('docker.unreachable', 'no daemon'));
  await openLedger(state, headerOf({ run: runOf(1), owner: 'dead/1/1/1' }), []);
  const view = await lookAround(world);
  expect(view.problems).toMatchObject([{ code: 'docker.unreachable' }]);
  expect(planGc(view)).toHaveLength(1);
});

test('a run on another daemon is cleaned up there', async () => {
  const elsewhere = new FakeContainers();
  await elsewhere.createVolume({ name: 'far', labels: { [LABEL.run]: runOf(1) } });
  await openLedger(state, headerOf({ run: runOf(1), owner: 'dead/1/1/1', docker: { DOCKER_HOST: 'tcp://far:2375' } }), []);
  world = {
    ...world,
    enginesFor: (at) => enginesOf({ containers: at?.['DOCKER_HOST']?.startsWith('tcp') ? elsewhere : containers, host }),
  };
  expect(await gc()).toEqual(['volume far']);
  expect(elsewhere.left).toEqual([]);
});

test('what a crash tore is tidied away, but not what may be under way', async () => {
  await aRun(1, 'dead/1/1/1');
  const file = (name: string): string => join(state, 'ledger', name);
  await writeFile(file('1.dead~1~1~1.new'), '\n{"type":"ope');
  await writeFile(file('2.live~1~1~1.new'), '\n{"type":"ope');
  await writeFile(file('later.jsonl'), '\n{"type":"opened","version":9}\n');
  await utimes(file('later.jsonl'), 1, 1);
  await symlink('dead/1/1/1 0', file('gone.lock'));
  await symlink('dead/1/1/1 0', file('gone.lock.breaking'));
  await symlink('live/1/1/1 0', file('held.lock'));
  await gc();
  expect((await readdir(join(state, 'ledger'))).toSorted()).toEqual(['2.live~1~1~1.new', 'held.lock', 'later.jsonl']);
});
