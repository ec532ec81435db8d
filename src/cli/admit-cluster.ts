import type { ClusterEngine } from '../engine/ports/kubernetes.ts';
import { RunnerError } from '../errors.ts';
import type { Admission, Patience } from '../execute/surroundings.ts';
import type { Locker } from '../ledger/lock.ts';
import { takeSlot } from '../ledger/slots.ts';

/**
 * A place for one more cluster of this state folder: one for its whole life, as many as the machine carries, and one for its start,
 * as many as there are processors. Rejects with `cluster.no-room` where not even one would fit.
 */
export async function admitCluster(
  clusters: ClusterEngine,
  waiting: Patience,
  locker: Locker & { readonly stateFolder: string },
): Promise<Admission> {
  const { stateFolder } = locker;
  const first = await clusters.room();
  if (first.clusters < 1) throw noRoom(first.because);
  const places = async () => {
    const { clusters: count, because } = await clusters.room();
    return { places: Math.max(1, count), because: because.join('; ') };
  };
  const starts = async () => ({ places: first.startsAtOnce, because: `${first.startsAtOnce} clusters are starting, one a processor` });
  const release = await takeSlot({ stateFolder, name: 'cluster', count: places }, waiting, locker);
  const started = await takeSlot({ stateFolder, name: 'cluster-start', count: starts }, waiting, locker).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  return {
    started,
    release: async () => {
      await started();
      await release();
    },
  };
}

const noRoom = (because: readonly string[]): RunnerError =>
  new RunnerError('cluster.no-room', 'this machine has no room for a cluster', {
    detail: because,
    hint: '`runner doctor --pattern kind` says what to change.',
  });
