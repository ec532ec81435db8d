import { sweep } from '../ledger/sweep.ts';
import type { StepOf } from '../plan/plan.ts';
import type { CleanupResult } from '../plan/resource.ts';
import type { StepContext, StepResult } from './handlers.ts';

/** Enough for what a job makes; what takes longer is found by the reaper. */
const SWEEP_MS = 60_000;

/** The socket is shut before anything is given back, and what was made through it goes first: it holds the run's networks and volumes. */
export async function openSocket({ socket }: StepOf<'socket'>, { around, scope }: StepContext): Promise<StepResult> {
  const { engines, ledger } = around;
  scope.own({ kind: 'folder', name: socket.folder });
  await engines.host.createFolder(socket.folder);
  const open = await engines.sockets.open(socket, {
    async own(resource) {
      scope.own(resource);
      await ledger.own(resource);
    },
    removed(resource) {
      scope.disown(resource);
      ledger.removed(resource);
    },
  });
  scope.shutFirst(async (): Promise<readonly CleanupResult[]> => {
    const { cut } = await open.close();
    const { results } = await sweep(socket.run, { engines, owned: [], untilQuiet: cut, signal: AbortSignal.timeout(SWEEP_MS) });
    return results;
  });
  return {};
}
