import type { ClusterEngine } from '../engine/ports/kubernetes.ts';
import type { Labelled } from '../engine/ports.ts';
import { LABEL, runOfCluster, startOf } from '../plan/names.ts';
import type { Resource } from '../plan/resource.ts';

/** Nodes carry kind's labels only, so that looking for the run's label does not find them: of the clusters that are named, these exist. */
export async function existingClusters(resources: readonly Resource[], clusters: ClusterEngine): Promise<readonly Resource[]> {
  const named = resources.filter(({ kind }) => kind === 'cluster');
  const exist = await Promise.all(named.map(async ({ name }) => (await clusters.nodes(name)).length > 0));
  return named.filter((_, index) => exist[index]);
}

/** Where nothing else of a run is left that says until when it may be needed. */
const NEEDED_MS = 24 * 3_600_000;

/** The clusters of runs among all that are there, each with the labels that its name stands for. */
export function clustersIn(nodes: readonly { readonly cluster: string }[]): readonly Labelled[] {
  return [...new Set(nodes.map(({ cluster }) => cluster))].flatMap((name) => {
    const run = runOfCluster(name);
    if (run === undefined) return [];
    const expires = String(Math.ceil((startOf(run) + NEEDED_MS) / 1000));
    return [
      { resource: { kind: 'cluster', name } as const, labels: { [LABEL.run]: run, [LABEL.pattern]: 'kind', [LABEL.expires]: expires } },
    ];
  });
}
