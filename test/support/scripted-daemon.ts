import { mkdtemp, rm } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** What happens to a request instead of, or besides, being answered by the daemon behind. */
export type Fault =
  /** The daemon is not asked. */
  | { readonly type: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly type: 'reset' }
  /** The daemon acts, and the client hears something else or nothing. */
  | { readonly type: 'answer-after'; readonly status: number; readonly body: unknown }
  | { readonly type: 'lose-answer' }
  /** Then as usual. */
  | { readonly type: 'delay'; readonly ms: number }
  /** Something happens first, or once the daemon has acted; the daemon acts even if the client is gone by then. */
  | { readonly type: 'call-before' | 'call-after'; readonly act: () => void | Promise<void> }
  /** The answer begins, and the connection breaks off in the middle. */
  | { readonly type: 'break-off'; readonly afterMs: number };

export interface Rule {
  /** One, or several: `POST|DELETE`. */
  readonly method?: string;
  /** Matched against path and query. */
  readonly path: RegExp;
  /** How many requests that it fits go by first. */
  readonly skip?: number;
  /** How often it holds; left out: for ever. The first rule that holds decides. */
  readonly times?: number;
  readonly fault: Fault;
}

export interface ScriptedDaemon {
  readonly socketPath: string;
  /** For DOCKER_HOST. */
  readonly url: string;
  /** `POST /containers/create?name=x`, in the order of arrival. */
  readonly seen: readonly string[];
  /** Later rules go before earlier ones. */
  rule(rule: Rule): void;
  close(): Promise<void>;
}

/** A daemon on a socket of its own that answers from its rules, and for the rest asks a real one, when there is one. */
export async function scriptedDaemon(upstream?: string): Promise<ScriptedDaemon> {
  const folder = await mkdtemp(path.join(tmpdir(), 'scripted-daemon-'));
  const socketPath = path.join(folder, 'docker.sock');
  const seen: string[] = [];
  const script = new Script();
  const front: Front = { upstream, faultOf: (request) => script.faultOf(`${request.method}`, `${request.url}`) };
  const server = http.createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    void answer(front, request, response);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', (request, socket, head) => {
    seen.push(`${request.method} ${request.url}`);
    void upgrade(front, request, { socket, head });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    socketPath,
    url: `unix://${socketPath}`,
    seen,
    rule: (rule) => script.add(rule),
    async close() {
      // Upgraded connections are none of the server's any more.
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

class Script {
  readonly #rules: Standing[] = [];

  add(rule: Rule): void {
    this.#rules.unshift({ rule, skip: rule.skip ?? 0, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  faultOf(method: string, url: string): Fault | undefined {
    const fits = ({ rule, left }: Standing) =>
      left > 0 && (rule.method === undefined || rule.method.split('|').includes(method)) && rule.path.test(url);
    for (const standing of this.#rules.filter(fits)) {
      standing.skip -= 1;
      if (standing.skip >= 0) continue;
      standing.left -= 1;
      return standing.rule.fault;
    }
    return undefined;
  }
}

interface Standing {
  readonly rule: Rule;
  skip: number;
  left: number;
}

interface Front {
  readonly upstream: string | undefined;
  faultOf(request: IncomingMessage): Fault | undefined;
}

async function answer(front: Front, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const fault = front.faultOf(request);
  request.on('error', () => {});
  switch (fault?.type) {
    case 'answer':
      request.resume();
      return say(response, fault);
    case 'reset':
      return void request.socket.destroy();
    case 'answer-after':
    case 'lose-answer':
      await hasActed(await asked(front, request), `${request.url}`);
      return fault.type === 'lose-answer' ? void request.socket.destroy() : say(response, fault);
    case 'delay':
      await delay(fault.ms);
      return pass(front, request, response);
    case 'call-before':
    case 'call-after':
      return askedFor(front, request, { response, fault });
    case 'break-off':
      setTimeout(() => request.socket.destroy(), fault.afterMs);
      return pass(front, request, response);
    default:
      return pass(front, request, response);
  }
}

/** The daemon has acted when its answer has ended; only that to `wait` ends when something else does. */
async function hasActed(from: IncomingMessage, url: string): Promise<void> {
  if (/\/wait\b/.test(url)) return void from.destroy();
  for await (const _ of from) {
    // Nobody hears it.
  }
}

function say(response: ServerResponse, { status, body }: { readonly status: number; readonly body: unknown }): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function pass(front: Front, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (front.upstream === undefined) return say(response, { status: 404, body: { message: `page not found: ${request.url}` } });
  const from = await asked(front, request).catch(() => undefined);
  if (!from) return void request.socket.destroy();
  response.writeHead(from.statusCode ?? 500, from.headers);
  response.flushHeaders();
  from.on('error', () => request.socket.destroy());
  response.on('close', () => from.destroy());
  from.pipe(response);
}

interface Asking {
  readonly response: ServerResponse;
  readonly fault: Fault & { readonly type: 'call-before' | 'call-after' };
}

/** As a daemon would that has read a request whose sender is gone since. */
async function askedFor({ upstream }: Front, request: IncomingMessage, { response, fault }: Asking): Promise<void> {
  const { method, url, headers } = request;
  const { expect: _, 'transfer-encoding': __, ...passed } = headers;
  if (headers.expect) response.writeContinue();
  const body = await buffer(request);
  if (fault.type === 'call-before') await fault.act();
  const from = await new Promise<IncomingMessage>((resolve, reject) => {
    const withLength = { ...passed, 'content-length': body.length };
    http
      .request({ socketPath: `${upstream}`, method: `${method}`, path: `${url}`, headers: withLength, agent: false })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
  // The daemon has acted when its answer begins: some answers end much later.
  if (fault.type === 'call-after') await fault.act();
  response.writeHead(from.statusCode ?? 500, from.headers).flushHeaders();
  response.on('close', () => from.destroy());
  from.on('error', () => request.socket.destroy()).pipe(response);
}

/** A body of known length goes in one piece: the daemon hangs up when it has it all, and a later write would meet nobody. */
async function asked({ upstream }: Front, request: IncomingMessage): Promise<IncomingMessage> {
  const { method, url, headers } = request;
  const { expect: _, ...passed } = headers;
  const body = headers['content-length'] === undefined ? undefined : await buffer(request);
  return new Promise((resolve, reject) => {
    const onwards = http.request({ socketPath: `${upstream}`, method: `${method}`, path: `${url}`, headers: passed, agent: false });
    onwards.on('response', resolve).on('error', reject);
    request.socket.on('close', () => onwards.destroy());
    if (body) onwards.end(body);
    else request.pipe(onwards);
  });
}

/** From the first byte on both ways, bytes only: what is inside an upgraded connection is nobody's business. */
async function upgrade(front: Front, request: IncomingMessage, client: { readonly socket: Duplex; readonly head: Buffer }): Promise<void> {
  const fault = front.faultOf(request);
  const { socket, head } = client;
  socket.on('error', () => {});
  if (fault?.type === 'answer') return void socket.end(plainAnswer(fault));
  if (fault?.type === 'reset' || front.upstream === undefined) return void socket.destroy();
  if (fault?.type === 'delay') await delay(fault.ms);
  if (fault?.type === 'call-before') await fault.act();
  const behind: Socket = connect({ path: front.upstream, allowHalfOpen: true });
  behind.on('error', () => socket.destroy()).on('close', () => socket.destroy());
  socket.on('close', () => behind.destroy());
  if (fault?.type === 'break-off') setTimeout(() => socket.destroy(), fault.afterMs);
  behind.write(`${requestHead(request)}\r\n\r\n`);
  behind.write(head);
  if (fault?.type === 'call-after') behind.once('data', () => void fault.act());
  socket.pipe(behind);
  behind.pipe(socket);
}

const requestHead = ({ method, url, rawHeaders }: IncomingMessage): string =>
  [
    `${method} ${url} HTTP/1.1`,
    ...rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [])),
  ].join('\r\n');

function plainAnswer({ status, body }: { readonly status: number; readonly body: unknown }): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return `HTTP/1.1 ${status} Scripted\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}
