import type { DaemonFacts } from '../ports.ts';
import { endpointText } from './endpoint.ts';
import type { DaemonClient } from './http.ts';

interface DaemonInfo {
  readonly ServerVersion: string;
  readonly Driver: string;
  readonly DriverStatus?: readonly (readonly [string, string])[] | null;
  readonly CgroupVersion?: string;
  readonly CgroupDriver?: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly SecurityOptions?: readonly string[] | null;
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
}

/** Two slow requests; nothing of a run waits for them. */
export async function describeDaemon(client: DaemonClient): Promise<DaemonFacts> {
  const [daemon, version] = await Promise.all([
    client.json<DaemonInfo>({ method: 'GET', path: '/info', doing: 'describe itself' }),
    client.json<{ ApiVersion: string }>({ method: 'GET', path: '/version', doing: 'say its version' }),
  ]);
  const hasOption = (name: string): boolean => (daemon.SecurityOptions ?? []).some((option) => option.includes(`name=${name}`));
  return {
    endpoint: endpointText(client.endpoint),
    version: daemon.ServerVersion,
    apiVersion: version.ApiVersion,
    storageDriver: daemon.Driver,
    cgroup: `v${daemon.CgroupVersion ?? '?'} (${daemon.CgroupDriver ?? '?'})`,
    cpus: daemon.NCPU,
    memoryBytes: daemon.MemTotal,
    rootless: hasOption('rootless'),
    remapped: hasOption('userns'),
    data: dataOf(daemon),
    runtimes: Object.keys(daemon.Runtimes ?? {}).toSorted(),
  };
}

/** Those on which dockerd itself refuses overlay2. */
const WITHOUT_OVERLAY: readonly string[] = ['aufs', 'ecryptfs', 'nfs', 'overlayfs', 'zfs'];

function dataOf({ DriverStatus }: DaemonInfo): DaemonFacts['data'] {
  const status = new Map(DriverStatus ?? []);
  const on = status.get('Backing Filesystem');
  if (on === undefined) return undefined;
  return { on, takesOverlay: !WITHOUT_OVERLAY.includes(on) && status.get('Supports d_type') !== 'false' };
}
