import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunnerError } from '../../../src/errors.ts';
import { openLedger } from '../../../src/ledger/ledger.ts';
import { readLedger, readLedgers } from '../../../src/ledger/ledgers.ts';
import { reclaim } from '../../../src/ledger/reclaim.ts';
import { type Reclaimed, readReclaimed } from '../../../src/ledger/reclaimed.ts';
import type { LedgerHeader, LedgerRecord } from '../../../src/ledger/record.ts';
import { LABEL } from '../../../src/plan/names.ts';
import type { Resource } from '../../../src/plan/resource.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { headerOf, NETWORK, RUN, VOLUME } from './a-ledger.ts';

const labels = { [LABEL.run]: RUN };
let state: string;
let containers: FakeContainers;
let host: FakeHost;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'reclaim-'));
  containers = new FakeContainers();
  host = new FakeHost();
});
afterEach(() => rm(state, { recursive: true, force: true }));

async function recordWith(resources: readonly Resource[], header: Partial<LedgerHeader> = {}): Promise<LedgerRecord> {
  const { path } = await openLedger(state, headerOf(header), resources);
  return (await readLedger(path)) as LedgerRecord;
}

const reclaimWithin = (record: LedgerRecord, ms: number): Promise<Reclaimed> =>
  reclaim(record, { stateFolder: state, engines: enginesOf({ containers, host }), signal: AbortSignal.timeout(ms), by: 'reaper' });

test('what the run owns and what carries its label goes, and the ledger with it; the result is kept', async () => {
  const folder: Resource = { kind: 'folder', name: join(state, `runner-${RUN}`) };
  await mkdir(folder.name);
  const record = await recordWith([NETWORK, folder]);
  host.folders.add(folder.name);
  await containers.createNetwork({ name: NETWORK.name, labels });
  await containers.createVolume({ name: VOLUME.name, labels });
  const reclaimed = await reclaimWithin(record, 10_000);
  expect(containers.left).toEqual([]);
  expect(host.folders.size).toBe(0);
  expect(await readLedgers(state)).toEqual([]);
  expect(reclaimed).toMatchObject({ run: RUN, name: 'build', by: 'reaper', isDone: true, left: [] });
  expect(reclaimed.removed).toEqual(['network runner-0193-net', `folder ${folder.name}`, 'volume runner-0193-vol']);
  expect(await readReclaimed(state, RUN)).toEqual(reclaimed);
});

test('a create that the daemon finishes late is found by looking for two seconds', async () => {
  const record = await recordWith([]);
  setTimeout(() => void containers.createVolume({ name: VOLUME.name, labels }), 300);
  expect(await reclaimWithin(record, 10_000)).toMatchObject({ isDone: true, removed: ['volume runner-0193-vol'] });
  expect(containers.left).toEqual([]);
});

test('a run without a daemon asks none, and is done at once', async () => {
  const { docker, ...header } = headerOf();
  const { path } = await openLedger(state, header, [{ kind: 'processes', name: `RUNNER_STEP_ID=${RUN}.a` }]);
  containers.labelled = () => Promise.reject(new Error('asked'));
  expect(await reclaimWithin((await readLedger(path)) as LedgerRecord, 100)).toMatchObject({ isDone: true });
  expect(host.log).toEqual([`kill RUNNER_STEP_ID=${RUN}.a`]);
});

test('what fails is tried again, and a look that was cut short goes on where it ended', async () => {
  const record = await recordWith([NETWORK]);
  await containers.createNetwork({ name: NETWORK.name, labels });
  let refusals = 1;
  containers.script.before = (call) => {
    if (call === 'removeNetwork' && refusals-- > 0) throw new RunnerError('docker.failed', 'busy');
  };
  const first = await reclaimWithin(record, 1_000);
  expect(first).toMatchObject({ isDone: false, removed: ['network runner-0193-net'], left: [] });
  const again = (await readLedger(record.path)) as LedgerRecord;
  expect(again.quietAt).toBeGreaterThan(0);
  const second = await reclaim(again, {
    stateFolder: state,
    engines: enginesOf({ containers, host }),
    signal: AbortSignal.timeout(0),
    by: 'gc',
    now: () => (again.quietAt ?? 0) + 2_000,
  });
  expect(second).toMatchObject({ isDone: true, removed: [] });
  expect(await readReclaimed(state, RUN)).toMatchObject({ by: 'gc', removed: ['network runner-0193-net'] });
});

test('when the daemon does not answer, the ledger stays for the next who looks', async () => {
  const record = await recordWith([NETWORK]);
  containers.labelled = () => Promise.reject(new RunnerError('docker.unreachable', 'no daemon'));
  expect(await reclaimWithin(record, 50)).toMatchObject({ isDone: false });
  expect((await readLedger(record.path))?.resources).toEqual([NETWORK]);
});

test('what was planned but never made is not said to be removed', async () => {
  const record = await recordWith([NETWORK, { kind: 'folder', name: `/tmp/runner-${RUN}` }]);
  expect(await reclaimWithin(record, 10_000)).toMatchObject({ isDone: true, removed: [] });
});

test('what can not be removed is listed with the reason', async () => {
  const record = await recordWith([NETWORK]);
  containers.script.before = (call) => {
    if (call === 'removeNetwork') throw new RunnerError('docker.failed', 'busy');
  };
  expect((await reclaimWithin(record, 50)).left).toEqual([{ resource: 'network runner-0193-net', why: 'busy' }]);
});

test('a folder that is not named after the run is not touched, whatever the ledger says', async () => {
  const record = await recordWith([{ kind: 'folder', name: '/home/somebody' }]);
  host.folders.add('/home/somebody');
  expect(await reclaimWithin(record, 50)).toMatchObject({ isDone: false, left: [{ resource: 'folder /home/somebody' }] });
  expect(host.folders.has('/home/somebody')).toBe(true);
  await expect(access(record.path)).resolves.toBeUndefined();
});
