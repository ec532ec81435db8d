import type { DaemonFacts } from '../../src/engine/ports.ts';
import { type ErrorCode, RunnerError } from '../../src/errors.ts';
import type { ContainerPlan } from '../../src/plan/plan.ts';

export const refused = (code: ErrorCode, message: string): RunnerError => new RunnerError(code, message);

/** Networks and volumes must be there before the container that is on them. */
export function requireNeedsOf({ network, mounts }: ContainerPlan, objects: readonly string[]): void {
  const needed = mounts.flatMap((mount) => (mount.type === 'volume' ? [`volume ${mount.volume}`] : []));
  const all = network.type === 'network' ? [`network ${network.name}`, ...needed] : needed;
  for (const one of all) if (!objects.includes(one)) throw refused('docker.failed', `no ${one}`);
}

export const FAKE_FACTS: DaemonFacts = {
  endpoint: 'fake',
  version: '26.1.5',
  apiVersion: '1.45',
  runtimes: ['runc'],
  rootless: false,
  remapped: false,
  data: undefined,
  storageDriver: 'overlay2',
  cgroup: 'v2',
  cpus: 2,
  memoryBytes: 4 * 2 ** 30,
};
