import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { objectIn } from './asked.ts';
import { type Daemon, unanswered } from './daemon.ts';
import { questionOf } from './forward.ts';
import { malformed, Refusal } from './refusal.ts';
import type { Incoming, Passing } from './rule.ts';
import type { JsonObject } from './strict-json.ts';

/** Of a request that asks for the connection: nothing big is sent before it has it. */
const MAX_BODY_BYTES = 64 * 1024;

/** A connection that a client wants for itself, and what of it was read already. */
export interface Wanted {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** The body that comes before the connection changes hands; what was read after it is put back. */
export async function bodyBefore({ request, socket, head }: Wanted): Promise<JsonObject | undefined> {
  if (request.headers['transfer-encoding'] !== undefined)
    throw new Refusal(411, 'a request for the connection itself needs a body of known length');
  const length = Number(request.headers['content-length'] ?? 0);
  if (!Number.isSafeInteger(length) || length > MAX_BODY_BYTES) throw new Refusal(413, 'the body is too large');
  if (head.length > 0) socket.unshift(head);
  const chunks: Buffer[] = [];
  for (let missing = length; missing > 0; ) {
    const chunk = (socket.read(missing) ?? socket.read()) as Buffer | null;
    if (chunk) {
      chunks.push(chunk);
      missing -= chunk.length;
    } else if (socket.readableEnded || socket.destroyed) throw malformed('the body ends early');
    else await readable(socket);
  }
  return objectIn(Buffer.concat(chunks));
}

function readable(socket: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ['readable', 'end', 'close']) socket.off(event, done);
      resolve();
    };
    for (const event of ['readable', 'end', 'close']) socket.on(event, done);
  });
}

/** What the daemon answered to the wish for a connection. */
export type Upgraded =
  | { readonly type: 'connection'; readonly answer: IncomingMessage; readonly upstream: Duplex }
  | { readonly type: 'answer'; readonly answer: IncomingMessage };

export async function upgrade(daemon: Daemon, asked: Incoming, passing: Passing): Promise<Upgraded> {
  const question = questionOf(asked, passing);
  const headers = { ...question.headers, Connection: 'Upgrade', Upgrade: asked.headers.upgrade };
  const request = await daemon.begin({ ...question, headers }).catch(unanswered);
  const upgraded = new Promise<Upgraded>((resolve, reject) => {
    request.once('response', (answer) => resolve({ type: 'answer', answer })).once('error', reject);
    request.once('upgrade', (answer, upstream, head) => {
      upstream.on('error', () => {});
      if (head.length > 0) upstream.unshift(head);
      resolve({ type: 'connection', answer, upstream });
    });
  });
  if (question.body === undefined) request.end();
  return upgraded.catch(unanswered);
}

/** The head of an answer as bytes, for a connection that no server looks after any more. */
export function headText({ statusCode = 502, statusMessage = '', rawHeaders }: IncomingMessage): string {
  const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}\r\n`] : []));
  const kept =
    statusCode === 101
      ? lines
      : [...lines.filter((line) => !/^(?:connection|transfer-encoding|keep-alive):/i.test(line)), 'Connection: close\r\n'];
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${kept.join('')}\r\n`;
}

/** Bytes both ways; the end of one direction is passed on as such, and whoever is gone takes the other along. */
export function join(client: Duplex, upstream: Duplex): Promise<void> {
  const joined = [client, upstream].map((one, index) => {
    const other = index === 0 ? upstream : client;
    one.pipe(other);
    one.on('error', () => {});
    return new Promise<void>((resolve) => {
      one.once('close', () => {
        if (one.readableEnded && one.writableFinished) other.end();
        else other.destroy();
        resolve();
      });
    });
  });
  return Promise.all(joined).then(() => undefined);
}
