import { type ErrorCode, RunnerError } from '../../src/errors.ts';
import type { ContainerPlan } from '../../src/plan/plan.ts';

export const refused = (code: ErrorCode, message: string): RunnerError => new RunnerError(code, message);

/** Networks and volumes must be there before the container that is on them. */
export function requireNeedsOf({ network, mounts }: ContainerPlan, objects: readonly string[]): void {
  const needed = mounts.flatMap((mount) => (mount.type === 'volume' ? [`volume ${mount.volume}`] : []));
  const all = network.type === 'network' ? [`network ${network.name}`, ...needed] : needed;
  for (const one of all) if (!objects.includes(one)) throw refused('docker.failed', `no ${one}`);
}
