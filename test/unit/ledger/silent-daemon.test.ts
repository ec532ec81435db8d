import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { collectWithin, type GcWorld } from '../../../src/ledger/gc.ts';
import { openLedger } from '../../../src/ledger/ledger.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { headerOf, NETWORK, RUN } from './a-ledger.ts';

test('what a dead run has on a daemon that takes calls and never answers is left to the next, soon after the run is over', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'silent-'));
  onTestFinished(() => rm(stateFolder, { recursive: true }));
  await openLedger(stateFolder, headerOf({ docker: { DOCKER_HOST: 'tcp://build:2375' } }), [NETWORK]);
  const containers = new FakeContainers();
  containers.labelled = () => new Promise(() => {});
  const enginesFor = () => enginesOf({ containers, host: new FakeHost() });
  const world: GcWorld = { stateFolder, owner: 'boot/1/1/1', docker: {}, enginesFor, aliveness: () => 'dead' };
  expect(await collectWithin(60_000, world, AbortSignal.abort())).toMatchObject([{ claim: { run: RUN }, isUnanswered: true }]);
});
