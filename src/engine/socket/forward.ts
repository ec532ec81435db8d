import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { encoded } from './asked.ts';
import { type Answer, type Daemon, type Question, unanswered } from './daemon.ts';
import { Refusal } from './refusal.ts';
import type { Incoming, Passing } from './rule.ts';

/** What the daemon may know of its client. */
const HEADERS = /^(?:accept|user-agent|x-registry-(?:auth|config)|x-docker-expose-session-.*)$/;

/** Of the answer, what holds only on the way here. */
const OF_THE_WAY = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade'];

export function questionOf(asked: Incoming, { path = asked.path, version = asked.version, query = asked.query, body }: Passing): Question {
  const text = query.toString();
  const headers: OutgoingHttpHeaders = Object.fromEntries(
    Object.entries(asked.stream.headersDistinct).filter(([name]) => HEADERS.test(name)),
  );
  return {
    method: asked.method,
    path: `${version === undefined ? '' : `/${version}`}${encoded(path)}${text && `?${text}`}`,
    headers: body.type === 'stream' ? { ...headers, ...streamHeaders(asked) } : headers,
    ...(body.type === 'json' && { body: body.value }),
  };
}

const streamHeaders = ({ headers }: Incoming): OutgoingHttpHeaders => ({
  'Content-Type': headers['content-type'] ?? 'application/x-tar',
  'Transfer-Encoding': 'chunked',
});

/** The whole answer, whether or not the client still waits for it. */
export async function answerWhole(
  daemon: Daemon,
  asked: Incoming,
  passing: Passing & { readonly answer: { readonly type: 'whole' } },
): Promise<Answer> {
  return passing.answer.as(await daemon.ask(questionOf(asked, passing)));
}

export function say(response: ServerResponse, { status, headers, text }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response
    .writeHead(status, { ...passed(headers), 'content-length': Buffer.byteLength(text) })
    .end(status === 204 || status === 304 ? undefined : text);
}

/** Both ways as it comes, at the pace of the slower; who leaves first takes the other along. */
export async function passOn(
  daemon: Daemon,
  asked: Incoming,
  { response, passing }: { readonly response: ServerResponse; readonly passing: Passing },
): Promise<void> {
  if (response.destroyed) return;
  const request = await daemon.begin(questionOf(asked, passing)).catch(unanswered);
  const gone = (): void => void (response.writableFinished || request.destroy());
  response.once('close', gone);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.once('response', resolve).on('error', reject);
  const { body } = passing;
  // The daemon may answer before it has read everything, and then reads no further.
  const sent = body.type === 'stream' ? pipeline(Readable.from(body.from), request) : body.type === 'none' && request.end();
  Promise.resolve(sent).catch(reject);
  try {
    const upstream = await promise.catch(unanswered);
    const head = passed(upstream.headers);
    if (isUntilClose(upstream, asked.method)) {
      // A stream of raw bytes until the end of the connection: chunks would be read as part of it.
      response.shouldKeepAlive = false;
      response.removeHeader('Transfer-Encoding');
    }
    response.writeHead(upstream.statusCode ?? 502, upstream.statusMessage, head);
    response.flushHeaders();
    await pipeline(upstream, response);
  } catch (thrown) {
    if (thrown instanceof Refusal && !response.headersSent) throw thrown;
    response.destroy();
  } finally {
    response.off('close', gone);
    request.destroy();
  }
}

const isUntilClose = ({ headers, statusCode }: IncomingMessage, method: string): boolean =>
  headers['content-length'] === undefined &&
  headers['transfer-encoding'] === undefined &&
  method !== 'HEAD' &&
  statusCode !== 204 &&
  statusCode !== 304;

const passed = (headers: Answer['headers']): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_WAY.includes(name)));
