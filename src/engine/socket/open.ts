import type { SocketPlan } from '../../plan/socket.ts';
import type { OpenSocket, SocketBook } from '../ports/socket.ts';
import { Daemon, type Ways } from './daemon.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { listenOn } from './listen.ts';
import { Own } from './own.ts';

export interface Behind extends Ways {
  readonly book: SocketBook;
}

/** What is under way when the socket is shut is a create that the daemon answers soon, or one that never will. */
const SETTLE_MS = 30_000;

/** One socket in front of one daemon. */
export async function openSocket(plan: SocketPlan, { book, ...ways }: Behind): Promise<OpenSocket> {
  const daemon = new Daemon(ways);
  const keeper = new Doorkeeper({ plan, daemon, own: new Own(plan, daemon), book });
  const listening = await listenOn(plan.folder, keeper);
  return {
    async close() {
      const { wasBuilding } = keeper;
      await listening.close();
      await keeper.settled(SETTLE_MS);
      return { cut: wasBuilding };
    },
  };
}
