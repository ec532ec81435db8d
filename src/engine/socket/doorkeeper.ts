import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Asked, askedOf, bodyOf } from './asked.ts';
import { answerWhole, passOn, say } from './forward.ts';
import { bodyBefore, headText, join, upgrade } from './hijack.ts';
import type { Listener } from './listen.ts';
import { resolved } from './names.ts';
import { Refusal } from './refusal.ts';
import { type Route, routeOf } from './routes.ts';
import type { Guard, Incoming, Passing } from './rule.ts';
import type { JsonObject } from './strict-json.ts';

/** Takes each request through its rule to the daemon, and answers whatever comes of it. */
export class Doorkeeper implements Listener {
  readonly #guard: Guard;
  readonly #underWay = new Set<Promise<void>>();
  #building = 0;

  constructor(guard: Guard) {
    this.#guard = guard;
  }

  /** Something is being made whose end the daemon may reach without us. */
  get wasBuilding(): boolean {
    return this.#building > 0;
  }

  readonly request = (request: IncomingMessage, response: ServerResponse): void => {
    request.on('error', () => {});
    response.on('error', () => {});
    this.#follow(this.#answer(request, response).catch((thrown: unknown) => say(response, refusalOf(thrown))));
  };

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => {});
    this.#follow(
      this.#handOver(request, socket, head).catch((thrown: unknown) => {
        const { status, text } = refusalOf(thrown);
        const lines = [
          `HTTP/1.1 ${status} Refused`,
          'Content-Type: application/json',
          `Content-Length: ${Buffer.byteLength(text)}`,
          'Connection: close',
        ];
        socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
      }),
    );
  };

  /** Nothing is under way any more, or the time is over. */
  async settled(limitMs: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([Promise.allSettled(this.#underWay), delay(limitMs, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
  }

  #follow(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = askedOf(request);
    let body: Promise<JsonObject | undefined> | undefined;
    const read = (): Promise<JsonObject | undefined> => {
      body ??= bodyOf(request);
      return body;
    };
    const { incoming, passing } = await this.#decided(asked, request, read);
    try {
      const { daemon } = this.#guard;
      if (passing.answer.type === 'whole') say(response, await answerWhole(daemon, incoming, { ...passing, answer: passing.answer }));
      else await this.#while(passing, () => passOn(daemon, incoming, { response, passing }));
    } finally {
      await passing.after?.();
    }
  }

  async #handOver(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const asked = askedOf(request);
    const body = await bodyBefore({ request, socket, head });
    const { incoming, passing, route } = await this.#decided(asked, request, async () => body);
    if (!route.upgrades) throw new Refusal(400, `${asked.path} is no connection to hand over`);
    const { daemon } = this.#guard;
    const upgraded = await upgrade(daemon, incoming, passing);
    socket.write(headText(upgraded.answer));
    if (upgraded.type === 'answer') {
      upgraded.answer.pipe(socket);
    } else if (route.upgrades === 'buildkit') {
      const { serveBuildKit } = await import('./buildkit/serve.ts');
      await this.#while(BUILDING, () => serveBuildKit(socket, upgraded.upstream, this.#guard));
    } else await join(socket, upgraded.upstream);
  }

  async #decided(
    asked: Asked,
    stream: IncomingMessage,
    body: Incoming['body'],
  ): Promise<{ readonly incoming: Incoming; readonly passing: Passing; readonly route: Route }> {
    const matched = routeOf(asked.method, asked.path);
    if (!matched) throw new Refusal(403, `this run's Docker socket does not offer ${asked.method} ${asked.path}`);
    const { route, names } = matched;
    const path = await resolved(route.path, names, this.#guard);
    const incoming = { ...asked, path, names: names.map(({ name }) => name), body, stream };
    return { incoming, passing: await route.rule.apply(incoming, this.#guard), route };
  }

  async #while({ body }: Pick<Passing, 'body'>, work: () => Promise<void>): Promise<void> {
    const isBuilding = body.type === 'stream' ? 1 : 0;
    this.#building += isBuilding;
    await work().finally(() => {
      this.#building -= isBuilding;
    });
  }
}

const BUILDING: Pick<Passing, 'body'> = { body: { type: 'stream', from: (async function* () {})() } };

function refusalOf(thrown: unknown): { readonly status: number; readonly headers: Record<string, string>; readonly text: string } {
  const { status, message } = thrown instanceof Refusal ? thrown : { status: 500, message: `the run's Docker socket failed: ${thrown}` };
  return { status, headers: { 'content-type': 'application/json' }, text: JSON.stringify({ message }) };
}
