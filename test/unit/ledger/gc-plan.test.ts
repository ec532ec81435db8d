import { expect, test } from 'vitest';
import { type FoundObject, type GcView, planGc, runStates } from '../../../src/ledger/gc-plan.ts';
import type { LedgerRecord } from '../../../src/ledger/record.ts';
import { LABEL } from '../../../src/plan/names.ts';
import { CONTAINER, headerOf, NETWORK, RUN } from './a-ledger.ts';

const docker = { DOCKER_HOST: 'unix:///run/docker.sock' };
const STRANGER = '0193f3a0-0000-7000-8000-000000000009';
const folder = { kind: 'folder', name: `/tmp/runner-${RUN}` } as const;

const ledgerWith = (more: Partial<LedgerRecord> = {}): LedgerRecord => ({
  ...headerOf(),
  path: '/s',
  resources: [CONTAINER, folder],
  isClosed: false,
  ...more,
});
const objectOf = (run: string, more: Readonly<Record<string, string>> = {}): FoundObject => ({
  resource: NETWORK,
  labels: {
    [LABEL.run]: run,
    [LABEL.name]: 'other',
    [LABEL.pattern]: 'single',
    [LABEL.owner]: 'boot/1/9/9',
    [LABEL.expires]: '20',
    ...more,
  },
  docker,
});
const viewOf = (more: Partial<GcView> = {}): GcView => ({
  ledgers: [],
  labelled: [],
  onHost: [],
  aliveness: () => 'dead',
  now: 5_000,
  ...more,
});

test('the run of a dead runner goes, with what exists of it', () => {
  const [claim] = planGc(viewOf({ ledgers: [ledgerWith()], labelled: [objectOf(RUN)], onHost: [folder] }));
  expect(claim).toMatchObject({ run: RUN, status: 'orphaned', why: 'its runner (process 2) is gone', objects: [folder, NETWORK] });
});

test('the run of a living runner is left alone', () => {
  expect(planGc(viewOf({ ledgers: [ledgerWith()], labelled: [objectOf(RUN)], aliveness: () => 'alive' }))).toEqual([]);
});

test.each([
  ['not before', 9_999, undefined],
  ['after', 10_001, 'nobody may need it since 1970-01-01T00:00:10Z'],
])('where the runner can not be seen, its run goes %s the time that its ledger names', (_, now, why) => {
  expect(planGc(viewOf({ ledgers: [ledgerWith()], aliveness: () => 'unknown', now }))[0]?.why).toBe(why);
});

test.each([
  ['stays until its time is over', 6_000, undefined, 'kept'],
  ['goes after it', 4_000, 'it was kept until 1970-01-01T00:00:04Z', 'orphaned'],
])('a kept run %s', (_, keptUntil, why, status) => {
  const view = viewOf({ ledgers: [ledgerWith({ keptUntil })] });
  expect(runStates(view)[0]).toMatchObject({ status, keptUntil });
  expect(planGc(view)[0]?.why).toBe(why);
});

test('a run that is over and left something goes, though its runner lives on with other runs', () => {
  const [claim] = planGc(viewOf({ ledgers: [ledgerWith({ isClosed: true })], aliveness: () => 'alive' }));
  expect(claim).toMatchObject({ status: 'ending', why: 'its runner could not remove everything' });
});

test('objects without a ledger here go only when their label says that nobody may need them, dead owner or not', () => {
  const labelled = [objectOf(STRANGER)];
  expect(planGc(viewOf({ labelled }))).toEqual([]);
  expect(runStates(viewOf({ labelled }))).toMatchObject([{ run: STRANGER, status: 'orphaned', objects: [NETWORK] }]);
  expect(planGc(viewOf({ labelled, now: 20_001 }))).toMatchObject([{ run: STRANGER, docker, objects: [NETWORK] }]);
});

test('objects of a living owner stay, whatever their label says', () => {
  expect(planGc(viewOf({ labelled: [objectOf(STRANGER)], aliveness: () => 'alive', now: 99_000_000 }))).toEqual([]);
});

test('an object that bears our label without saying until when stays', () => {
  const { [LABEL.expires]: _, ...labels } = objectOf(STRANGER).labels;
  expect(planGc(viewOf({ labelled: [{ resource: NETWORK, labels, docker }], now: 99_000_000 }))).toEqual([]);
});

test('young runs are left alone when only older ones are wanted', () => {
  const view = viewOf({ ledgers: [ledgerWith()] });
  expect(planGc(view, { olderThanMs: 4_001 })).toEqual([]);
  expect(planGc(view, { olderThanMs: 4_000 })).toHaveLength(1);
});

test('a run that is asked for goes although it is kept, and no other does; a live one does not', () => {
  const other = ledgerWith({ run: STRANGER });
  const view = viewOf({ ledgers: [ledgerWith({ keptUntil: 6_000 }), other] });
  expect(planGc(view, { runs: [RUN] }).map(({ run, why }) => [run, why])).toEqual([[RUN, 'it was asked for']]);
  expect(planGc({ ...viewOf({ ledgers: [other] }), aliveness: () => 'alive' }, { runs: [STRANGER] })).toEqual([]);
});

test('an orphan without a ledger goes before its time when it is asked for', () => {
  expect(planGc(viewOf({ labelled: [objectOf(STRANGER)] }), { runs: [STRANGER] })).toMatchObject([
    { run: STRANGER, why: 'it was asked for' },
  ]);
});

test('what a daemon tells twice, because it is found in two ways, is there once', () => {
  const [state] = runStates(viewOf({ ledgers: [ledgerWith()], labelled: [objectOf(RUN), { ...objectOf(RUN), docker: {} }] }));
  expect(state?.objects).toEqual([NETWORK]);
});

test('the age of a run without a ledger is in its id', () => {
  expect(runStates(viewOf({ labelled: [objectOf('0193f3a0-1234-7000-8000-000000000009')] }))[0]?.startedAt).toBe(0x0193f3a01234);
});
