import type { Engines } from '../engine/ports.ts';
import { LABEL } from '../plan/names.ts';
import { ON_DAEMON, type Resource, resourceText } from '../plan/resource.ts';
import { existingClusters } from './clusters.ts';
import { existsOnHost } from './exists.ts';

export interface Audited {
  readonly run: string;
  /** What the run's plan makes: see `resourcesOf`. */
  readonly resources: readonly Resource[];
}

/**
 * What is left of a run after its cleanup, asked of the daemon and of this machine rather than believed. Only for the kinds of
 * things that its plan makes: each is a question to the daemon, and every run waits for the answers. Rejects when the daemon
 * does not answer: then nobody knows.
 */
export async function leftoversOf({ run, resources }: Audited, engines: Engines): Promise<readonly Resource[]> {
  const kinds = [...new Set(resources.map(({ kind }) => kind))].filter((kind) => ON_DAEMON.includes(kind));
  const labelled = kinds.length === 0 ? [] : await engines.containers.labelled(LABEL.run, run, kinds);
  const onHost = await existsOnHost(resources, engines.host);
  const left = [...onHost, ...labelled.map(({ resource }) => resource), ...(await existingClusters(resources, engines.clusters))];
  return [...new Map(left.map((resource) => [resourceText(resource), resource])).values()];
}
