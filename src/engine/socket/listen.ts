import { closeSync, openSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { RunnerError } from '../../errors.ts';
import { socketIn } from '../../plan/socket.ts';

export interface Listener {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface Listening {
  close(): Promise<void>;
}

/** As Go's own server takes them: registries' credentials travel in a header. */
const MAX_HEADER_BYTES = 2 ** 20;

/** The address of a Unix socket has 108 bytes; by way of an open folder any path fits. */
const LONGEST_ADDRESS = 100;

/**
 * Takes connections in the folder. A client may keep one open for ever, as with the daemon's own socket: closing an idle
 * one would race with its next request, and a build sends for as long as it takes.
 */
export async function listenOn(folder: string, { request, upgrade }: Listener): Promise<Listening> {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: 0, requestTimeout: 0 }, request);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', upgrade);
  const release = await bind(server, folder);
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      release();
    },
  };
}

async function bind(server: ReturnType<typeof createServer>, folder: string): Promise<() => void> {
  const file = socketIn(folder);
  const fd = Buffer.byteLength(file) > LONGEST_ADDRESS ? openSync(folder, 'r') : undefined;
  const release = (): void => void (fd === undefined || closeSync(fd));
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(fd === undefined ? file : socketIn(`/proc/self/fd/${fd}`), resolve);
    });
    await chmod(file, 0o666);
    return release;
  } catch (cause) {
    release();
    throw new RunnerError('host.failed', `no socket could be made in ${folder}`, {
      detail: [(cause as Error).message],
      hint: 'Check that its file system can hold sockets and has room.',
      cause,
    });
  }
}
