import { beforeEach, expect, test } from 'vitest';
import { beginAudit, findingsIn } from '../../../src/ledger/full-audit.ts';
import type { RunId } from '../../../src/plan/names.ts';
import type { Plan, Step } from '../../../src/plan/plan.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { task } from '../../support/steps.ts';
import { RUN } from './a-ledger.ts';

const planOf = (...steps: readonly Step[]): Plan => ({
  run: RUN as RunId,
  name: 'test',
  pattern: 'single',
  file: '-',
  timeoutMs: 1,
  keep: { when: 'never', forMs: 1 },
  secrets: [],
  collect: [],
  steps,
  notes: [],
});
const OTHER = '0193f3a0-0000-7000-8000-0000000000ff';
const watch = { folders: [], files: [] };
let containers: FakeContainers;
let host: FakeHost;
beforeEach(() => {
  containers = new FakeContainers();
  host = new FakeHost();
});

test('what appears and what vanishes is found, ours or not', async () => {
  await containers.createNetwork({ name: 'theirs', labels: {} });
  const audit = await beginAudit(planOf(task('build')), enginesOf({ containers, host }), watch);
  await containers.removeNetwork('theirs');
  await containers.createVolume({ name: 'left', labels: {} });
  expect(await audit()).toEqual([
    { change: 'appeared', what: 'volume left' },
    { change: 'vanished', what: 'network theirs' },
  ]);
});

test('what goes a moment later is not found', async () => {
  const audit = await beginAudit(planOf(task('build')), enginesOf({ containers, host }), watch);
  host.folders.add('/tmp/late');
  setTimeout(() => host.folders.clear(), 400);
  expect(await audit()).toEqual([]);
});

test('a plan that makes nothing on a daemon needs none', async () => {
  containers.listAll = () => Promise.reject(new Error('asked'));
  const audit = await beginAudit(planOf(), enginesOf({ containers, host }), watch);
  host.folders.add('/tmp/left');
  expect(await audit()).toEqual([{ change: 'appeared', what: 'entry /tmp/left' }]);
});

test.each([
  [`container runner-${OTHER.replaceAll('-', '')}-job`, 'another run'],
  [`entry /tmp/runner-${OTHER}`, 'another run'],
  [`entry /state/ledger/${RUN}.jsonl`, 'its reaper'],
  ['image busybox:1', 'was pulled'],
  ['volume npm', 'a cache'],
  ['entry /tmp/out', 'artifacts'],
])('%s is explained', (what, why) => {
  const steps: readonly Step[] = [
    task('build'),
    { kind: 'cache', name: 'npm', when: 'success', volume: { name: 'npm', labels: {} } },
    { kind: 'artifacts', name: 'results', when: 'success', from: { folder: '/w' }, paths: [], junit: [], to: '/tmp/out/dist' },
  ];
  expect(findingsIn([], [what], planOf(...steps))[0]?.why).toContain(why);
});

test.each([`volume runner-${RUN}-v`, 'image stranger:1', 'entry /tmp/outside', `entry /tmp/runner-${RUN}`])('%s is not', (what) => {
  const steps: readonly Step[] = [task('build')];
  expect(findingsIn([], [what], planOf(...steps))).toEqual([{ change: 'appeared', what }]);
});
