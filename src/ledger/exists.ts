import { lstat } from 'node:fs/promises';
import type { HostEngine } from '../engine/ports.ts';
import type { Resource, ResourceKind } from '../plan/resource.ts';

/** Folders and processes carry no label: of those that are named, these exist. Other kinds are left out: the daemon lists them. */
export async function existsOnHost(resources: readonly Resource[], host: HostEngine): Promise<readonly Resource[]> {
  const exists = await Promise.all(resources.map(({ kind, name }) => EXISTS[kind]?.(name, host) ?? false));
  return resources.filter((_, i) => exists[i]);
}

const EXISTS: { readonly [K in ResourceKind]?: (name: string, host: HostEngine) => Promise<boolean> } = {
  folder: (path) =>
    lstat(path).then(
      () => true,
      () => false,
    ),
  processes: async (marker, host) => (await host.findMarked(marker)).length > 0,
};
