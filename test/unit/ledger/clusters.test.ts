import { expect, test } from 'vitest';
import { clustersIn, existingClusters } from '../../../src/ledger/clusters.ts';
import { runStates } from '../../../src/ledger/gc-plan.ts';
import { removeAll } from '../../../src/ledger/remove.ts';
import { sweep } from '../../../src/ledger/sweep.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';

const RUN = '01930000-0000-7000-8000-000000000000';
const NAME = `runner-${RUN.replaceAll('-', '')}`;
const CLUSTER = { kind: 'cluster', name: NAME } as const;

/** Clusters in memory; one that appears late does so after the first look. */
function clustersOf(...names: string[]) {
  const there = new Set(names);
  return {
    there,
    nodes: async (name?: string) =>
      [...there].filter((one) => name === undefined || one === name).map((cluster) => ({ node: `${cluster}-control-plane`, cluster })),
    remove: async (name: string) => void there.delete(name),
  };
}

test('clusters of runs are told from those of others by their names', async () => {
  const { nodes } = clustersOf(NAME, 'kind', 'runner-else');
  expect(clustersIn(await nodes()).map(({ resource }) => resource)).toEqual([CLUSTER]);
  expect(
    await existingClusters(
      [CLUSTER, { kind: 'cluster', name: 'runner-gone' }],
      enginesOf({ clusters: clustersOf(NAME) as never }).clusters,
    ),
  ).toEqual([CLUSTER]);
});

test('a cluster of which nothing is known but its name may go after a day', async () => {
  const view = (now: number) => ({
    ledgers: [],
    labelled: clustersIn([{ cluster: NAME }]).map((found) => ({ ...found, docker: {} })),
    onHost: [],
    aliveness: () => 'unknown' as const,
    now,
  });
  const born = 0x019300000000;
  expect(runStates(view(born + 3_600_000))).toMatchObject([{ run: RUN, status: 'live' }]);
  expect(runStates(view(born + 25 * 3_600_000))).toMatchObject([{ run: RUN, status: 'orphaned', objects: [CLUSTER] }]);
});

test('nodes go before the network that they hold', async () => {
  const clusters = clustersOf(NAME);
  const containers = new FakeContainers();
  await containers.createNetwork({ name: 'net', labels: {} });
  const results = await removeAll([{ kind: 'network', name: 'net' }, CLUSTER], enginesOf({ containers, clusters: clusters as never }));
  expect(results.map(({ resource, ok }) => [resource.kind, ok])).toEqual([
    ['cluster', true],
    ['network', true],
  ]);
  expect([...clusters.there]).toEqual([]);
});

test('a sweep finds a cluster that the run owned, though it carries no label of the run', async () => {
  const clusters = clustersOf(NAME);
  const engines = enginesOf({ containers: new FakeContainers(), clusters: clusters as never });
  const { results } = await sweep(RUN, { engines, owned: [CLUSTER], untilQuiet: false, signal: new AbortController().signal });
  expect(results).toMatchObject([{ resource: CLUSTER, ok: true }]);
  expect([...clusters.there]).toEqual([]);
});
