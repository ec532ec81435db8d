import { expect, test } from 'vitest';
import { leftoversOf } from '../../../src/ledger/audit.ts';
import type { RunState } from '../../../src/ledger/gc-plan.ts';
import { psJson, psText } from '../../../src/ledger/ps.ts';
import { lineText, recordOf } from '../../../src/ledger/record.ts';
import { LABEL } from '../../../src/plan/names.ts';
import type { Resource } from '../../../src/plan/resource.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { CONTAINER, headerOf, NETWORK, RUN, VOLUME } from './a-ledger.ts';

const stateOf = (more: Partial<RunState>): RunState => ({
  run: RUN,
  name: 'build',
  pattern: 'single',
  status: 'live',
  owner: 'boot/1/42/3',
  startedAt: 0,
  objects: [NETWORK],
  ...more,
});

test('ps shows who lives, what is kept and until when, what is orphaned and why, and what to do about it', () => {
  const states = [
    stateOf({}),
    stateOf({ run: 'b', status: 'kept', keptUntil: 3_600_000 }),
    stateOf({ run: 'c', status: 'orphaned', why: 'its runner (process 42) is gone', objects: [] }),
    stateOf({ run: 'd', status: 'orphaned' }),
  ];
  expect(psText(states, 600_000)).toBe(`\
RUN                                   NAME   PATTERN  STATUS                                     AGE  OBJECTS
${RUN}  build  single   live (process 42)                          10m  1
b                                     build  single   kept for 50m more                          10m  1
c                                     build  single   orphaned: its runner (process 42) is gone  10m  0
d                                     build  single   orphaned                                   10m  1

enter b:   runner shell b
remove b:  runner gc b
remove what is orphaned:  runner gc
`);
});

test('ps tells what was tried for a run, and why it is there all the same', () => {
  const left = [
    { resource: 'network x', why: 'it is in use' },
    ...['container a', 'container b', 'volume w'].map((resource) => ({ resource, why: 'no daemon' })),
  ];
  const reclaimed = {
    run: RUN,
    name: 'build',
    by: 'reaper',
    at: '2026-01-02T03:04:05Z',
    isDone: false,
    removed: ['volume v'],
    left,
  } as const;
  const ledger = recordOf('', lineText({ type: 'opened', version: 1, ...headerOf() }));
  const text = psText([stateOf({ status: 'orphaned', ...(ledger ? { ledger } : {}) })], 0, [reclaimed]);
  expect(text).toContain(`${RUN}  removed by reaper at 2026-01-02T03:04:05Z: volume v\n`);
  expect(text).toContain(`${RUN}  left by reaper at 2026-01-02T03:04:05Z: network x: it is in use\n`);
  expect(text).toContain(`${RUN}  left by reaper at 2026-01-02T03:04:05Z: 2 containers, 1 volume: no daemon\n`);
  expect(text).toContain(`where that can never be:  runner gc --give-up ${RUN}\n`);
});

test('ps without a run says so', () => {
  expect(psText([], 0)).toBe('no runs\n');
});

test('ps for programs leaves the ledger out', () => {
  expect(Object.keys(psJson([stateOf({ ledger: {} as never })])[0] ?? {})).not.toContain('ledger');
});

test('the audit finds what carries the label and what exists on this machine, each once', async () => {
  const containers = new FakeContainers();
  const host = new FakeHost();
  const marker = `RUNNER_STEP_ID=${RUN}.a`;
  host.marked.set(marker, [7]);
  await containers.createVolume({ name: VOLUME.name, labels: { [LABEL.run]: RUN } });
  const resources = [VOLUME, { kind: 'processes', name: marker }, { kind: 'folder', name: '/no/such' }] as const;
  const left = await leftoversOf({ run: RUN, resources }, enginesOf({ containers, host }));
  expect(left).toEqual([{ kind: 'processes', name: marker }, VOLUME]);
});

test('the audit asks the daemon for the kinds of things that the plan makes, and for nothing where it makes none', async () => {
  const containers = new FakeContainers();
  const asked: unknown[] = [];
  containers.labelled = async (_label, _value, kinds) => {
    asked.push(kinds);
    return [];
  };
  const audit = (resources: readonly Resource[]) => leftoversOf({ run: RUN, resources }, enginesOf({ containers, host: new FakeHost() }));
  await audit([VOLUME, CONTAINER, VOLUME, { kind: 'folder', name: '/no/such' }]);
  await audit([{ kind: 'folder', name: '/no/such' }]);
  expect(asked).toEqual([['volume', 'container']]);
});
