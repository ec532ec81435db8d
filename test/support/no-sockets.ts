import type { SocketEngine } from '../../src/engine/ports/socket.ts';

/** For runs that hand out no socket. */
export const noSockets: SocketEngine = {
  open: () => Promise.reject(new Error('no socket was expected')),
};
