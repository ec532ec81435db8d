import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { socketOfDaemon } from '../../support/daemon.ts';

/** What a daemon keeps to itself: containerd's image store tells no layers, a proxy for CI often shows no processes. */
export type Hidden = 'layers' | 'processes';

/** The daemon of the tests behind a socket at this path, for questions only. Returns how to end it. */
export async function blurredDaemon(socketPath: string, hidden: readonly Hidden[]): Promise<() => void> {
  const server = createServer((incoming, response) => void pass(incoming, response, hidden));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  chmodSync(socketPath, 0o666);
  return () => void server.close();
}

function pass(incoming: IncomingMessage, response: ServerResponse, hidden: readonly Hidden[]): void {
  const { method, url = '', headers } = incoming;
  const [, id] = /^\/containers\/(\w+)\/top\b/.exec(url) ?? [];
  if (id !== undefined) {
    if (hidden.includes('processes')) response.writeHead(403).end('{"message":"not here"}');
    else response.writeHead(200).end(JSON.stringify({ Processes: processesOf(id) }));
    return;
  }
  const asked = request({ socketPath: socketOfDaemon(), method, path: url, headers }, async (answer) => {
    const body = await buffer(answer);
    const isInspect = hidden.includes('layers') && /^\/containers\/[^/]+\/json/.test(url) && answer.statusCode === 200;
    const text = isInspect ? JSON.stringify({ ...(JSON.parse(body.toString()) as object), GraphDriver: null }) : body;
    const { 'content-length': _, 'transfer-encoding': __, ...kept } = answer.headers;
    response.writeHead(answer.statusCode ?? 0, kept).end(text);
  });
  incoming.pipe(asked);
}

/** What `ps` would say, which the private engine has not got. */
const processesOf = (id: string): readonly (readonly string[])[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && textOf(pid, 'cgroup').includes(id))
    .map((pid) => [pid, textOf(pid, 'cmdline').replaceAll('\0', ' ')]);

function textOf(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
