import { Api } from './api.ts';
import { Kinds } from './kinds.ts';
import { readKubeconfig } from './kubeconfig.ts';
import type { TypeName } from './object.ts';
import { Watcher } from './watcher.ts';

/** One cluster for the time of one question: its API, the kinds it knows, and what is watched of it. */
export interface Cluster {
  readonly api: Api;
  readonly kinds: Kinds;
  readonly watcher: Watcher;
  /** Watches these types from now on; one that the cluster does not know is left out. */
  watch(types: readonly TypeName[]): Promise<void>;
}

/** Opens the cluster, and closes it with all its watches when the work is done or has failed. */
export async function withCluster<T>(kubeconfig: string, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const api = new Api(await readKubeconfig(kubeconfig));
  const [kinds, watcher] = [new Kinds(api), new Watcher(api)];
  const watch = async (types: readonly TypeName[]): Promise<void> => {
    const found = await Promise.all([...new Set(types)].map((type) => kinds.find(type)));
    watcher.add(found.filter((kind) => kind !== undefined));
  };
  try {
    return await work({ api, kinds, watcher, watch });
  } finally {
    await watcher.close();
    await api.close();
  }
}
