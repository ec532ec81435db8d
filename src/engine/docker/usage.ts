import type { ContainerUsage } from '../ports.ts';
import { type DaemonClient, segment } from './http.ts';

/** The part of the daemon's statistics that is read: those of cgroup v1 and v2 have other names. */
interface Stats {
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats?: {
    readonly usage?: number;
    readonly stats?: { readonly inactive_file?: number; readonly total_inactive_file?: number };
  };
}

/** See `ContainerEngine.usage`. One look at a container takes the daemon about a millisecond. */
export async function containerUsage(client: DaemonClient, label: string): Promise<readonly ContainerUsage[]> {
  const filters = JSON.stringify({ label: [label], status: ['running'] });
  const running = await client.json<{ Id: string }[]>({
    method: 'GET',
    path: '/containers/json',
    query: { filters },
    doing: 'list what runs',
  });
  const seen = await Promise.all(running.map(({ Id }) => usageOf(client, Id).catch(() => undefined)));
  return seen.filter((usage) => usage !== undefined);
}

async function usageOf(client: DaemonClient, id: string): Promise<ContainerUsage | undefined> {
  const { cpu_stats: cpu, memory_stats: memory } = await client.json<Stats>({
    method: 'GET',
    path: `/containers/${segment(id)}/stats`,
    query: { stream: 'false', 'one-shot': 'true' },
    doing: `measure container ${id}`,
  });
  const nanoseconds = cpu?.cpu_usage?.total_usage;
  if (nanoseconds === undefined || memory?.usage === undefined) return undefined;
  const droppable = memory.stats?.total_inactive_file ?? memory.stats?.inactive_file ?? 0;
  return { id, cpuSeconds: nanoseconds / 1e9, memoryBytes: Math.max(0, memory.usage - droppable) };
}
