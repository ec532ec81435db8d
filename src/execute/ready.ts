import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { OnOutput } from '../engine/ports.ts';
import { RunnerError } from '../errors.ts';
import type { StepOf } from '../plan/plan.ts';
import type { ReadySpec } from '../spec/spec.ts';
import type { StepContext } from './handlers.ts';
import { listeningIn } from './listening.ts';
import { addressOf, NO_CLIENT, questionTo, statusFromHere, statusIn } from './ready-http.ts';

type Asked = Pick<StepOf<'container'>, 'container' | 'askFrom'>;

export interface Readiness {
  /** `ready after 0.3 s`. */
  readonly after: string;
  /** `tcp 5432`. */
  readonly asked: string;
  /** What a program that was the question said on its standard output. */
  readonly said: string;
}

/**
 * Ask until the container is ready. Throws `service.not-ready` with the
 * last answer when the time is up, also in the middle of a question that gets no answer. `run` and `tcp` ask inside the
 * container; `http` inside it, too, or from where the steps are, because an address of the daemon's may lead nowhere from here.
 */
export async function untilReady(asked: Asked, ready: ReadySpec, context: StepContext): Promise<Readiness> {
  const { now } = context.around;
  const startedMs = now();
  const what = questionOf(ready);
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(ready.timeoutMs)]);
  let last = 'none';
  while (!signal.aborted) {
    const answer = await once(asked, ready, { ...context, signal });
    if (answer.isReady) return { after: `ready after ${((now() - startedMs) / 1000).toFixed(1)} s`, asked: what, said: answer.text };
    if (signal.aborted) break; // that answer was our own doing
    last = answer.text;
    context.onProgress(`waiting for ${what}: ${last}`);
    await delay(ready.intervalMs, undefined, { signal }).catch(() => {});
  }
  context.signal.throwIfAborted();
  throw new RunnerError('service.not-ready', `not ready within ${ready.timeoutMs / 1000} s`, {
    detail: [`asked: ${what}`, `last answer: ${last}`],
    hint: 'Look at its lines above, or raise `ready.timeout`.',
  });
}

interface Answer {
  readonly isReady: boolean;
  /** Why not, or what was said besides. */
  readonly text: string;
}

const READY: Answer = { isReady: true, text: '' };
const notReady = (text: string): Answer => ({ isReady: false, text });

const questionOf = (ready: ReadySpec): string =>
  'run' in ready ? `run ${ready.run}` : 'tcp' in ready ? `tcp ${ready.tcp}` : `http ${ready.http}`;

/** One try, that does not take the time of those after it. */
async function once(asked: Asked, ready: ReadySpec, context: StepContext): Promise<Answer> {
  const expired = AbortSignal.timeout(ready.tryMs);
  const signal = AbortSignal.any([context.signal, expired]);
  const answer = await ask(asked, ready, { ...context, signal }).catch((error: Error) => notReady(error.message));
  return !answer.isReady && expired.aborted ? notReady(`no answer within ${ready.tryMs / 1000} s`) : answer;
}

async function ask(asked: Asked, ready: ReadySpec, context: StepContext): Promise<Answer> {
  if ('tcp' in ready) return listens(asked.container.name, ready.tcp, context);
  if ('http' in ready) return answers(asked, ready.http, context);
  const { code, said } = await inside(asked.container.name, ['sh', '-c', ready.run], context);
  return code === 0 ? { isReady: true, text: said } : notReady(`exit code ${code}`);
}

interface Inside {
  readonly code: number;
  /** Both streams. */
  readonly text: string;
  readonly said: string;
}

async function inside(container: string, command: readonly string[], { around, signal }: StepContext): Promise<Inside> {
  const text: Uint8Array[] = [];
  const said: Uint8Array[] = [];
  const onOutput: OnOutput = (stream, chunk) => {
    text.push(chunk);
    if (stream === 'stdout') said.push(chunk);
  };
  const options = { signal, onOutput, killAfterMs: () => 0 };
  const plan = { container, command, env: {}, stdin: 'none', marker: `RUNNER_STEP_ID=ready-${container}` } as const;
  const { code } = await around.engines.containers.exec(plan, options);
  return { code, text: Buffer.concat(text).toString(), said: Buffer.concat(said).toString().trim() };
}

/**
 * Asked of the container's own kernel tables, not by connecting from here: its address may lead nowhere (a remote daemon),
 * or to somebody else (a proxy that answers for everybody). An image without `cat` is asked by connecting all the same.
 */
async function listens(container: string, port: number, context: StepContext): Promise<Answer> {
  const { code, text } = await inside(container, ['cat', '/proc/net/tcp', '/proc/net/tcp6'], context).catch(() => ({ code: 1, text: '' }));
  if (text !== '' || code === 0) return ANSWERS[listeningIn(text, port)];
  const host = await context.around.engines.containers.addressOf(container);
  return host === undefined ? notReady('it has no address') : knock(host, port, context.signal);
}

const ANSWERS: Readonly<Record<ReturnType<typeof listeningIn>, Answer>> = {
  everywhere: READY,
  loopback: notReady('it listens on the loopback address only, where no other container reaches it'),
  nowhere: notReady('nothing listens there'),
};

/** A port that accepts a connection. */
function knock(host: string, port: number, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const done = (answer: Answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(READY)).once('error', (error) => done(notReady(error.message)));
  });
}

/** Any status below 400 is ready. Asked at the address that the steps use, by the first container that has something to ask with. */
async function answers({ container, askFrom }: Asked, written: string, context: StepContext): Promise<Answer> {
  const host = (await context.around.engines.containers.addressOf(container.name)) ?? 'localhost';
  const url = addressOf(written, host);
  for (const asker of [container.name, ...(askFrom === undefined ? [] : [askFrom])]) {
    const { code, text } = await inside(asker, questionTo(url), context).catch(noShell);
    if (code !== NO_CLIENT) return judged(statusIn(text), text);
  }
  return judged(await statusFromHere(url, context.signal), '');
}

/** An image without a shell asks nobody. Everything else that goes wrong is an answer. */
function noShell(error: unknown): Pick<Inside, 'code' | 'text'> {
  if (error instanceof RunnerError && error.code === 'image.no-shell') return { code: NO_CLIENT, text: '' };
  throw error;
}

function judged(status: number | undefined, text: string): Answer {
  if (status === undefined) return notReady(text.trim().split('\n').at(-1) || 'no answer');
  return status < 400 ? READY : notReady(`status ${status}`);
}
