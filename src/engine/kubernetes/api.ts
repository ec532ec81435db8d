import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { createInterface } from 'node:readline';
import { RunnerError } from '../../errors.ts';
import type { ApiAddress } from './kubeconfig.ts';
import type { KubeObject } from './object.ts';

/** The API server said no. `reason` is its own word: NotFound, Invalid, Forbidden, … */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export interface ApiCall {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly accept?: string;
  /** Sent as JSON, whatever type it is declared as. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

interface Answer {
  readonly status: number;
  readonly stream: ClientHttp2Stream;
}

const OK = 300;
/** A stalled connection is found out by this: everything but a watch is answered in milliseconds. */
const ANSWER_TIMEOUT_MS = 15_000;

/**
 * One cluster's API over a single HTTP/2 connection, which is opened by the first call and again when it was lost: any number of
 * watches share it. Rejects with ApiRefusal, or with the error of the connection.
 */
export class Api {
  readonly #address: ApiAddress;
  #session: Promise<ClientHttp2Session> | undefined;

  constructor(address: ApiAddress) {
    this.#address = address;
  }

  get address(): ApiAddress {
    return this.#address;
  }

  async text(call: ApiCall): Promise<string> {
    const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_TIMEOUT_MS), ...(call.signal ? [call.signal] : [])]);
    const { stream } = await this.#accepted(await this.#send({ ...call, signal }));
    return textOf(stream);
  }

  async json<T>(call: ApiCall): Promise<T> {
    return JSON.parse(await this.text(call)) as T;
  }

  /** Undefined: there is no such object. */
  async find<T>(call: ApiCall): Promise<T | undefined> {
    try {
      return await this.json<T>(call);
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Resolves once the server has taken the request; then every change since that version of the list, until the server ends it or the signal aborts. */
  async watch({
    path,
    since,
    signal,
  }: {
    readonly path: string;
    readonly since: string;
    readonly signal: AbortSignal;
  }): Promise<AsyncIterable<WatchEvent>> {
    const { stream } = await this.#accepted(await this.#send({ path, query: { watch: true, resourceVersion: since }, signal }));
    return eventsIn(stream);
  }

  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    session?.destroy();
  }

  async #send({ method = 'GET', path, query, accept, body, contentType, signal }: ApiCall): Promise<Answer> {
    const session = await this.#connected();
    signal?.throwIfAborted();
    const { token } = this.#address;
    const parameters = query
      ? `?${new URLSearchParams(Object.entries(query).map(([key, value]): [string, string] => [key, `${value}`]))}`
      : '';
    const stream = session.request(
      {
        ':method': method,
        ':path': `${path}${parameters}`,
        accept: accept ?? 'application/json',
        ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      signal ? { signal } : {},
    );
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    stream.on('response', (headers) => resolve({ status: headers[':status'] ?? 0, stream }));
    stream.on('error', reject).on('close', () => reject(new Error('the API server closed the connection')));
    stream.end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  }

  async #accepted(answer: Answer): Promise<Answer> {
    if (answer.status < OK) return answer;
    const text = await textOf(answer.stream);
    const { message = text.trim() || `HTTP ${answer.status}`, reason = '' } = statusIn(text);
    throw new ApiRefusal(answer.status, reason, message);
  }

  async #connected(): Promise<ClientHttp2Session> {
    const open = await this.#session?.catch(() => undefined);
    if (open && !open.closed && !open.destroyed) return open;
    this.#session = connect(this.#address);
    return this.#session;
  }
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR';
  readonly object: KubeObject;
}

async function* eventsIn(stream: ClientHttp2Stream): AsyncGenerator<WatchEvent> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line !== '') yield JSON.parse(line) as WatchEvent;
  }
}

async function connect({ server, ca, cert, key }: ApiAddress): Promise<ClientHttp2Session> {
  const http2 = await import('node:http2');
  const { promise, resolve, reject } = Promise.withResolvers<ClientHttp2Session>();
  const session = http2.connect(server, { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
  session.once('connect', () => resolve(session));
  session.on('error', reject); // of a session that was connected, its streams are told
  session.once('goaway', () => session.close());
  return promise;
}

async function textOf(stream: ClientHttp2Stream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function statusIn(text: string): { readonly message?: string; readonly reason?: string } {
  try {
    return JSON.parse(text) as { message?: string; reason?: string };
  } catch {
    return {};
  }
}

/** What the connection said, in the user's words. */
export function unreachable(error: unknown, { server }: ApiAddress): RunnerError {
  if (error instanceof RunnerError) return error;
  const { message } = error as Error;
  return new RunnerError('cluster.unreachable', `the API server of the cluster does not answer: ${message}`, {
    detail: [server],
    cause: error,
  });
}
