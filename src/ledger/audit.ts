import type { Engines } from '../engine/ports.ts';
import { LABEL } from '../plan/names.ts';
import { type Resource, resourceText } from '../plan/resource.ts';
import { existingClusters } from './clusters.ts';
import { existsOnHost } from './exists.ts';

export interface Audited {
  readonly run: string;
  /** What the run's plan makes: see `resourcesOf`. */
  readonly resources: readonly Resource[];
  /** False for a run that uses no daemon: none is asked. */
  readonly usesDaemon: boolean;
}

/**
 * What is left of a run after its cleanup, asked of the daemon and of this machine rather than believed. Rejects when the
 * daemon does not answer: then nobody knows.
 */
export async function leftoversOf({ run, resources, usesDaemon }: Audited, engines: Engines): Promise<readonly Resource[]> {
  const labelled = usesDaemon ? await engines.containers.labelled(LABEL.run, run) : [];
  const onHost = await existsOnHost(resources, engines.host);
  const left = [...onHost, ...labelled.map(({ resource }) => resource), ...(await existingClusters(resources, engines.clusters))];
  return [...new Map(left.map((resource) => [resourceText(resource), resource])).values()];
}
