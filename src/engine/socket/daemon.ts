import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, RequestOptions } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { Refusal } from './refusal.ts';
import type { Json } from './strict-json.ts';

/** Gives what begins a request to the daemon, on a connection that may be half closed. */
export type Dial = () => Promise<(options: RequestOptions) => ClientRequest>;

export interface Question {
  readonly method: string;
  /** Encoded, with version and query. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Json;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The daemon behind the socket. */
export class Daemon {
  readonly #dial: Dial;

  constructor(dial: Dial) {
    this.#dial = dial;
  }

  /** Begins a request; whoever asked sends its body and listens. */
  async begin({ method, path, headers = {}, body }: Question): Promise<ClientRequest> {
    const open = await this.#dial();
    const text = body === undefined ? undefined : JSON.stringify(body);
    const content = text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    const request = open({ method, path, agent: false, headers: { Host: 'docker', ...headers, ...content } });
    if (text !== undefined) request.end(text);
    return request;
  }

  /** Asks and waits for the whole answer, whatever it is. Throws a Refusal when there is none. */
  async ask(question: Question): Promise<Answer> {
    const request = await this.begin(question).catch(unanswered);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request.on('response', resolve).on('error', reject);
    if (question.body === undefined) request.end();
    const response = await promise.catch(unanswered);
    return { status: response.statusCode ?? 502, headers: response.headers, text: await textOf(response).catch(unanswered) };
  }

  /** What is there by a path; undefined: nothing is. */
  async find<T>(path: string): Promise<T | undefined> {
    const { status, text } = await this.ask({ method: 'GET', path });
    if (status >= 500) throw new Refusal(status, text);
    return status === 200 ? (JSON.parse(text) as T) : undefined;
  }
}

/** Unless it was a request of ours that could not be told to its end. */
export function unanswered(error: Error): never {
  if (error instanceof Refusal) throw error;
  throw new Refusal(502, `the Docker daemon behind this socket does not answer: ${error.message}`);
}
