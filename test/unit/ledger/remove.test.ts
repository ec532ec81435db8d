import { expect, test } from 'vitest';
import type { Engines } from '../../../src/engine/ports.ts';
import { RunnerError } from '../../../src/errors.ts';
import { removeAll } from '../../../src/ledger/remove.ts';
import type { Resource } from '../../../src/plan/resource.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { CONTAINER, NETWORK, VOLUME } from './a-ledger.ts';

const OTHERS: readonly Resource[] = [
  { kind: 'folder', name: '/tmp/runner-0193' },
  { kind: 'image', name: 'runner-0193-app' },
  { kind: 'processes', name: 'RUNNER_STEP_ID=0193.build' },
];
const labels = {};

async function world(): Promise<Engines & { containers: FakeContainers; host: FakeHost }> {
  const containers = new FakeContainers();
  const host = new FakeHost();
  await containers.createNetwork({ name: NETWORK.name, labels });
  await containers.createVolume({ name: VOLUME.name, labels });
  host.folders.add('/tmp/runner-0193');
  containers.log.length = 0;
  return { ...enginesOf({}), containers, host };
}

test('what holds other things goes first', async () => {
  const engines = await world();
  const results = await removeAll([VOLUME, ...OTHERS, NETWORK, CONTAINER], engines);
  expect(results.map(({ resource }) => resource.kind)).toEqual(['processes', 'container', 'network', 'volume', 'image', 'folder']);
  expect(results.every(({ ok }) => ok)).toBe(true);
  expect(engines.containers.left).toEqual([]);
  expect(engines.host.folders.size).toBe(0);
});

test('what can not be removed is said, and keeps nothing else alive', async () => {
  const engines = await world();
  engines.containers.script.before = (call) => {
    if (call === 'removeNetwork') throw new RunnerError('docker.failed', 'has active endpoints');
  };
  const results = await removeAll([NETWORK, VOLUME], engines);
  expect(results.map(({ ok, error }) => [ok, error?.message])).toEqual([
    [false, 'has active endpoints'],
    [true, undefined],
  ]);
  expect(engines.containers.left).toEqual(['network runner-0193-net']);
});

test('a network that can be emptied goes beside its containers, and in its turn where that fails', async () => {
  const engines = await world();
  const calls: string[] = [];
  engines.containers.script.before = (call) => {
    if (call === 'removeNetwork' && !calls.includes(call)) {
      calls.push(call);
      throw new RunnerError('docker.failed', 'has active endpoints');
    }
    calls.push(call);
  };
  expect(await removeAll([NETWORK, CONTAINER], engines)).toMatchObject([{ ok: true }, { ok: true }]);
  expect(calls).toEqual(['emptyNetwork', 'removeNetwork', 'removeContainer', 'removeNetwork']);
});

test('a network that can not be emptied in time waits for its containers', async () => {
  const engines = await world();
  const calls: string[] = [];
  engines.containers.script.before = (call) => {
    calls.push(call);
    return call === 'emptyNetwork' ? new Promise(() => {}) : undefined;
  };
  expect(await removeAll([NETWORK, CONTAINER], engines)).toMatchObject([{ ok: true }, { ok: true }]);
  expect(calls).toEqual(['emptyNetwork', 'removeContainer', 'removeNetwork']);
});

test('what is stuck is given up after its budget, and the next is removed', async () => {
  const engines = await world();
  engines.containers.script.before = (call) => (call === 'removeNetwork' ? new Promise(() => {}) : undefined);
  const [network, volume] = await removeAll([NETWORK, VOLUME], engines, { budgetMs: 20 });
  expect(network).toMatchObject({
    ok: false,
    error: { code: 'docker.failed', message: 'network runner-0193-net was not removed within 0.02 s' },
  });
  expect(volume).toMatchObject({ ok: true });
});

test('what is thrown that is no error of ours is reported as a bug, with its cause', async () => {
  const engines = await world();
  engines.host.removeFolder = () => Promise.reject(new TypeError('no'));
  expect(await removeAll([{ kind: 'folder', name: '/x' }], engines)).toMatchObject([{ ok: false, error: { code: 'runner.bug' } }]);
});

test('removing nothing is nothing', async () => {
  expect(await removeAll([], await world())).toEqual([]);
});
