import type { SocketPlan } from '../../plan/socket.ts';
import type { OpenSocket, SocketBook } from '../ports/socket.ts';
import { listenOn } from './listen.ts';
import type { Dial } from './upstream.ts';

export interface Behind {
  readonly book: SocketBook;
  readonly dial: Dial;
}

/** One socket in front of one daemon. */
export async function openSocket(plan: SocketPlan, _behind: Behind): Promise<OpenSocket> {
  return listenOn(plan.folder, {
    request: (_, response) => void response.writeHead(403).end('{"message":"not yet"}'),
    upgrade: (_, socket) => void socket.destroy(),
  });
}
