import type { ClientRequest, IncomingMessage } from 'node:http';
import { availableParallelism } from 'node:os';
import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { RunnerError } from '../../errors.ts';
import { openerOf } from './dial.ts';
import type { Endpoint } from './endpoint.ts';
import { connectionError, DaemonRefusal, silentError } from './errors.ts';

export interface DaemonCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without a version: the daemon then speaks its newest, as old as 24 and as new as it gets. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Made and sent when the daemon is ready to read it. */
  readonly tar?: () => Promise<Readable>;
  readonly headers?: Readonly<Record<string, string>>;
  /** For what can be stopped without a trace, like a pull; never for what creates. */
  readonly signal?: AbortSignal;
  /** Completes `Docker could not …`. */
  readonly doing: string;
  /** How long a question may go unanswered; left out: a minute. What changes something is waited for as long as it takes. */
  readonly answerMs?: number;
}

/**
 * Starts that one process has under way. Throughput is the daemon's, and does not grow with more: they only take each other's processors
 * (docs/benchmarks.md, queued-runs and parallel-32). The daemon's machine is mostly this one.
 */
const STARTS_AT_ONCE = Math.max(2, availableParallelism());
/** A daemon under load takes seconds; one that takes connections and says nothing would be waited for for ever. */
const ANSWER_MS = 60_000;
/** For a proxy in between that does not know the question. */
const CONTINUE_TIMEOUT_MS = 1_000;

/**
 * Speaks HTTP to one daemon. Every request has a connection of its own: a pooled one may be dead after the daemon was
 * restarted, and a fresh one costs a local socket less than the pool does. Rejects with RunnerErrors only.
 */
export class DaemonClient {
  /** Through here goes what starts a container: a daemon that is given more of it at once only makes everybody wait longer. */
  readonly starts: LimitFunction = pLimit(STARTS_AT_ONCE);
  readonly #endpointOf: () => Endpoint;

  /** The endpoint is looked up with each call, so that nothing is read before the first. */
  constructor(endpointOf: () => Endpoint) {
    this.#endpointOf = endpointOf;
  }

  get endpoint(): Endpoint {
    return this.#endpointOf();
  }

  /** Resolves with the answer's headers; its body must be read or destroyed. */
  async send(call: DaemonCall): Promise<IncomingMessage> {
    return this.#accepted((await this.#exchange(call)) as IncomingMessage, call);
  }

  /** For questions. Rejects with `docker.gone` when the answer does not begin in time. */
  async json<T>(call: DaemonCall): Promise<T> {
    const silence = call.method === 'GET' ? AbortSignal.timeout(call.answerMs ?? ANSWER_MS) : undefined;
    const signals = [silence, call.signal].filter((signal) => signal !== undefined);
    try {
      return await this.jsonOf<T>(await this.send({ ...call, ...(silence && { signal: AbortSignal.any(signals) }) }), call.doing);
    } catch (error) {
      throw silence?.aborted && !call.signal?.aborted ? silentError(this.endpoint, call.doing) : error;
    }
  }

  async text(call: DaemonCall): Promise<string> {
    return this.#bodyOf(await this.send(call), call.doing);
  }

  /** The body of an answer that was begun by `send`. */
  async jsonOf<T>(response: IncomingMessage, doing: string): Promise<T> {
    const text = await this.#bodyOf(response, doing);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new DaemonRefusal(doing, response.statusCode ?? 0, `not in JSON: ${text.slice(0, 200)}`);
    }
  }

  /** Sends and waits for the end of an answer that holds nothing of interest. */
  async done(call: DaemonCall): Promise<void> {
    await this.text(call);
  }

  /** The connection itself, once the daemon has handed it over: raw bytes both ways. */
  async hijack(call: DaemonCall): Promise<Duplex> {
    const answer = await this.#exchange(call, { Connection: 'Upgrade', Upgrade: 'tcp' });
    if (!isResponse(answer)) return answer;
    await this.#accepted(answer, call);
    answer.destroy();
    throw new DaemonRefusal(call.doing, answer.statusCode ?? 0, 'the connection was not upgraded; a proxy may be in the way');
  }

  /** What a body's reader or writer threw, as a RunnerError. */
  async errorOf(error: unknown, doing: string): Promise<RunnerError> {
    return error instanceof RunnerError ? error : connectionError(error as NodeJS.ErrnoException, this.endpoint, doing);
  }

  async #exchange(call: DaemonCall, upgrade: Record<string, string> = {}): Promise<Duplex | IncomingMessage> {
    const open = await openerOf(this.endpoint);
    const body = call.body === undefined ? '' : JSON.stringify(call.body);
    const { promise, resolve, reject } = Promise.withResolvers<Duplex | IncomingMessage>();
    const request = open({
      method: call.method,
      path: call.path + queryText(call.query),
      headers: { Host: 'docker', ...contentOf(call, body), ...upgrade, ...call.headers },
      agent: false,
      ...(call.signal && { signal: call.signal }),
    });
    request.on('response', resolve).on('error', reject);
    request.on('upgrade', (_, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      socket.on('error', () => {}); // whoever reads is told; until somebody does, it must not end the process
      resolve(socket);
    });
    const giveUp = (error: Error): void => {
      reject(error);
      request.destroy();
    };
    if (call.tar) sendWhenWanted(request, call.tar).catch(giveUp);
    else request.end(body);
    return promise.catch((error) => this.#fail(error, call.doing));
  }

  async #accepted(response: IncomingMessage, call: DaemonCall): Promise<IncomingMessage> {
    const status = response.statusCode ?? 0;
    if (status < 400) return response;
    const text = await textOf(response).catch(() => '');
    throw new DaemonRefusal(call.doing, status, messageIn(text) || `HTTP ${status}`);
  }

  #bodyOf(response: IncomingMessage, doing: string): Promise<string> {
    return textOf(response).catch((error) => this.#fail(error, doing));
  }

  async #fail(error: unknown, doing: string): Promise<never> {
    throw await this.errorOf(error, doing);
  }
}

/** A name in a path. */
export const segment = (name: string): string => encodeURIComponent(name);

function contentOf({ tar, method }: DaemonCall, body: string): Record<string, string | number> {
  if (tar) return { 'Content-Type': 'application/x-tar', 'Transfer-Encoding': 'chunked', Expect: '100-continue' };
  if (body) return { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  return method === 'POST' ? { 'Content-Length': 0 } : {};
}

function queryText(query: DaemonCall['query'] = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)]))}`;
}

/**
 * The daemon says `100 Continue` when it begins to read, and answers at once when it will not: sent unasked, a big body
 * would meet a closed connection, and the answer that says why would be lost with it.
 */
async function sendWhenWanted(request: ClientRequest, tar: () => Promise<Readable>): Promise<void> {
  const wanted = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(resolve, CONTINUE_TIMEOUT_MS, true);
    const settle = (answer: boolean) => () => {
      clearTimeout(timer);
      resolve(answer);
    };
    request.on('continue', settle(true)).on('response', settle(false)).on('error', settle(false));
    request.flushHeaders();
  });
  if (wanted) await pipeline(await tar(), request);
}

const isResponse = (answer: Duplex | IncomingMessage): answer is IncomingMessage => 'statusCode' in answer;

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The daemon refuses with `{"message": …}`; a proxy in between with anything. */
function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text.trim();
  } catch {
    return text.trim();
  }
}
