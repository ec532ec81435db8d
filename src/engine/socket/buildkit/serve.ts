import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { Duplex } from 'node:stream';
import { Refusal } from '../refusal.ts';
import type { Guard } from '../rule.ts';
import { freeName } from '../rules/images.ts';
import { type Booked, bookBuilt, bookNames } from './booked.ts';
import { bytesOf, framed, messageIn, refuse } from './grpc.ts';
import { controlSolve, gatewaySolve, type Solve } from './solve.ts';

/** Calls that go through as they are. Not among them: the history and the cache of builds, which are everybody's. */
const PASSED = [
  ...['Status', 'Session', 'ListWorkers', 'Info'].map((name) => `/moby.buildkit.v1.Control/${name}`),
  ...['Ping', 'ResolveImageConfig', 'ResolveSourceMeta', 'ReadFile', 'ReadDir', 'StatFile', 'Evaluate', 'Return', 'Inputs', 'Warn'].map(
    gateway,
  ),
  ...['NewContainer', 'ReleaseContainer', 'ExecProcess'].map(gateway),
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  '/grpc.health.v1.Health/Check',
];
const CONTROL_SOLVE = '/moby.buildkit.v1.Control/Solve';
const GATEWAY_SOLVE = gateway('Solve');

function gateway(name: string): string {
  return `/moby.buildkit.v1.frontend.LLBBridge/${name}`;
}

/**
 * The connection on which BuildKit's clients ask for builds. It is read call by call, because what is built has to carry the
 * run's labels, and because the same connection could use the network of the machine or move a stranger's tag.
 */
export async function serveBuildKit(client: Duplex, upstream: Duplex, guard: Guard): Promise<void> {
  const daemon = http2.connect('http://docker', { createConnection: () => plain(upstream), maxSessionMemory: 128 });
  const server = http2.performServerHandshake(plain(client), { maxSessionMemory: 128 });
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {});
    void relay(stream, headers, { daemon, guard });
  });
  await untilEither(server, daemon);
  client.destroy();
  upstream.destroy();
}

/** HTTP/2 takes the file descriptor of a socket for itself, and with it what was read before and put back; a stream it leaves alone. */
const plain = (socket: Duplex): Duplex => Duplex.from({ readable: socket, writable: socket });

async function untilEither(...sessions: readonly (ServerHttp2Session | ClientHttp2Session)[]): Promise<void> {
  await Promise.race(
    sessions.map(
      (session) =>
        new Promise<void>((resolve) => {
          session.on('error', () => {}).once('close', resolve);
        }),
    ),
  );
  for (const session of sessions) session.destroy();
}

interface Behind {
  readonly daemon: ClientHttp2Session;
  readonly guard: Guard;
}

async function relay(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, behind: Behind): Promise<void> {
  const path = headers[':path'] ?? '';
  try {
    if (PASSED.includes(path)) stream.pipe(connected(stream, headers, behind));
    else if (path === GATEWAY_SOLVE) await solve(stream, headers, { ...behind, check: gatewaySolve });
    else if (path === CONTROL_SOLVE) await solve(stream, headers, { ...behind, check: controlSolve });
    else throw new Refusal(501, `this run's Docker socket does not offer ${path}`);
  } catch (thrown) {
    refuse(stream, thrown);
  }
}

async function solve(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { check, ...behind }: Behind & { readonly check: (message: Buffer, guard: Guard) => Solve },
): Promise<void> {
  const { message, names } = check(messageIn(await bytesOf(stream)), behind.guard);
  for (const name of names) await freeName(name, behind.guard);
  const booked: Booked = await bookNames(names, behind.guard);
  const upstream = connected(stream, headers, behind);
  const answer: Buffer[] = [];
  // Not before the answer's head was passed on: who listens gets the bytes, and nobody else does then.
  if (check === controlSolve) upstream.once('response', () => upstream.on('data', (chunk: Buffer) => answer.push(chunk)));
  upstream.once('close', () => void bookBuilt(Buffer.concat(answer), booked, behind.guard).catch(() => {}));
  upstream.end(framed(message));
}

/** The same call to the daemon, whose answer is passed on with its trailers; whoever gives up takes the other along. */
function connected(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, { daemon }: Behind): ClientHttp2Stream {
  const { host, 'content-length': _, ...passed } = headers;
  const upstream = daemon.request({ ...passed, ':authority': 'docker' }, { endStream: false });
  let trailers: IncomingHttpHeaders = {};
  upstream.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  upstream.on('response', (answer, flags) => {
    if (stream.destroyed) return;
    const isAll = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(answer, isAll ? { endStream: true } : { waitForTrailers: true });
    if (!isAll) upstream.pipe(stream);
  });
  upstream.on('trailers', (found) => {
    trailers = found;
  });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.once('close', () => upstream.close(constants.NGHTTP2_CANCEL));
  upstream.once('close', () => void (stream.writableEnded || stream.close(constants.NGHTTP2_CANCEL)));
  return upstream;
}
