import { cpus, hostname, release, totalmem, type } from 'node:os';
import type { DaemonFacts } from '../../engine/ports.ts';
import type { Machine } from '../../matrix/results/records.ts';

/** What timings depend on, as this machine and its daemon say. */
export function machineFacts(daemon: DaemonFacts | undefined, node: string): Machine {
  const all = cpus();
  return {
    host: hostname(),
    cpu: all[0]?.model.trim() ?? 'unknown',
    cpus: all.length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node,
    docker: daemon && `Docker ${daemon.version}, ${daemon.storageDriver}, cgroup ${daemon.cgroup}`,
  };
}
