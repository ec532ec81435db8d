import { mkdtemp, rm } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface RecordingDaemon {
  readonly url: string;
  readonly socketPath: string;
  readonly seen: Seen[];
  /** Answers that go before the usual ones. */
  answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Connections that are open now. */
  open(): number;
  close(): Promise<void>;
}

/** A daemon that has an object called `own` and one called `foreign` of each kind, writes down what it is asked, and says yes to everything. */
export async function recordingDaemon(run: string): Promise<RecordingDaemon> {
  const folder = await mkdtemp(path.join(tmpdir(), 'recording-'));
  const socketPath = path.join(folder, 'docker.sock');
  const seen: Seen[] = [];
  const sockets = new Set<Duplex>();
  const server = http.createServer((request, response) => {
    request.on('error', () => {});
    void textOf(request).then(
      (body) => {
        seen.push(seenOf(request, body));
        if (!daemon.answer?.(request, response)) say(response, answerOf(`${request.method}`, seenOf(request, '').path, run));
      },
      () => response.destroy(),
    );
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket) => {
    seen.push(seenOf(request, ''));
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    socket.pipe(socket);
  });
  const daemon: RecordingDaemon = {
    url: `unix://${socketPath}`,
    socketPath,
    seen,
    answer: undefined,
    open: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return daemon;
}

function seenOf({ method = '', url = '' }: IncomingMessage, body: string): Seen {
  const { pathname, searchParams } = new URL(url, 'http://docker');
  return { method, path: decodeURIComponent(pathname).replace(/^\/v\d+\.\d+(?=\/)/, ''), query: searchParams, body };
}

interface Said {
  readonly status: number;
  readonly value: unknown;
}

const say = (response: ServerResponse, { status, value }: Said): void => {
  const body = value === undefined ? '' : JSON.stringify(value);
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
    .end(status === 204 ? undefined : body);
};

function answerOf(method: string, asked: string, run: string): Said {
  const [, kind = '', name = '', what = ''] = asked.split('/');
  const labels = { 'dev.runner.run': name.includes('foreign') ? 'another' : run };
  if (name === 'create' && method === 'POST')
    return { status: 201, value: { Id: `made-${kind}`, Name: 'made', Labels: { 'dev.runner.run': run } } };
  if (method !== 'GET') return { status: what === 'exec' ? 201 : 200, value: { Id: 'execown' } };
  if (!/own|foreign|busybox/.test(name) && !(['json', ''].includes(name) && what === ''))
    return { status: 404, value: { message: 'none' } };
  if (kind === 'containers' && what === 'json') return { status: 200, value: { Id: `${name}-id`, Config: { Labels: labels }, Mounts: [] } };
  if (kind === 'exec') return { status: 200, value: { ID: name, ContainerID: name.replace('exec', '') } };
  if (kind === 'images' && what === 'json')
    return { status: 200, value: { Id: `sha256:${name}`, Config: { Labels: name.startsWith('busybox') ? {} : labels, Volumes: null } } };
  if (kind === 'networks' && name !== '') return { status: 200, value: { Id: `${name}-id`, Name: name, Labels: labels, Containers: {} } };
  if (kind === 'volumes' && name !== '') return { status: 200, value: { Name: name, Labels: labels } };
  if (kind === 'version') return { status: 200, value: { ApiVersion: '1.45' } };
  return { status: 200, value: [] };
}
