import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { RunnerError } from '../errors.ts';
import type { ReadySpec } from '../spec/spec.ts';
import type { StepContext } from './handlers.ts';

/**
 * Ask until the container is ready. Resolves with what was waited for and how long; throws `service.not-ready` with the
 * last answer when the time is up, also in the middle of a question that gets no answer. `run` and `tcp` ask inside the container, `http` at its address.
 */
export async function untilReady(container: string, ready: ReadySpec, context: StepContext): Promise<string> {
  const { now } = context.around;
  const startedMs = now();
  const what = questionOf(ready);
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(ready.timeoutMs)]);
  let last = 'none';
  while (!signal.aborted) {
    const answer = await ask(container, ready, { ...context, signal }).catch((error: Error) => error.message);
    if (answer === READY) return `ready after ${((now() - startedMs) / 1000).toFixed(1)} s (${what})`;
    if (signal.aborted) break; // that answer was our own doing
    last = answer;
    context.onProgress(`waiting for ${what}: ${answer}`);
    await delay(ready.intervalMs, undefined, { signal }).catch(() => {});
  }
  context.signal.throwIfAborted();
  throw new RunnerError('service.not-ready', `not ready within ${ready.timeoutMs / 1000} s`, {
    detail: [`asked: ${what}`, `last answer: ${last}`],
    hint: 'Look at its lines above, or raise `ready.timeout`.',
  });
}

const READY = 'ready';

const questionOf = (ready: ReadySpec): string =>
  'run' in ready ? `run ${ready.run}` : 'tcp' in ready ? `tcp ${ready.tcp}` : `http ${ready.http}`;

async function ask(container: string, ready: ReadySpec, context: StepContext): Promise<string> {
  if ('tcp' in ready) return listens(container, ready.tcp, context);
  if ('run' in ready) {
    const { code } = await inside(container, ['sh', '-c', ready.run], context);
    return code === 0 ? READY : `exit code ${code}`;
  }
  const host = await context.around.engines.containers.addressOf(container);
  return host === undefined ? 'it has no address' : fetchStatus(ready.http, host);
}

async function inside(
  container: string,
  command: readonly string[],
  { around, signal }: StepContext,
): Promise<{ readonly code: number; readonly text: string }> {
  const said: Uint8Array[] = [];
  const options = { signal, onOutput: (_: string, chunk: Uint8Array) => void said.push(chunk), killAfterMs: () => 0 };
  const plan = { container, command, env: {}, stdin: 'none', marker: `RUNNER_STEP_ID=ready-${container}` } as const;
  const { code } = await around.engines.containers.exec(plan, options);
  return { code, text: Buffer.concat(said).toString() };
}

/**
 * Asked of the container's own kernel tables, not by connecting from here: its address may lead nowhere (a remote daemon),
 * or to somebody else (a proxy that answers for everybody). An image without `cat` is asked by connecting all the same.
 */
async function listens(container: string, port: number, context: StepContext): Promise<string> {
  const { code, text } = await inside(container, ['cat', '/proc/net/tcp', '/proc/net/tcp6'], context).catch(() => ({ code: 1, text: '' }));
  if (text !== '' || code === 0) return listeningText(text, port);
  const host = await context.around.engines.containers.addressOf(container);
  return host === undefined ? 'it has no address' : knock(host, port);
}

/** Lines of `/proc/net/tcp`: `sl local_address rem_address st …`, addresses and ports in hexadecimal, state 0A is LISTEN. */
function listeningText(table: string, port: number): string {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const listening = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => state === '0A' && local.endsWith(`:${wanted}`));
  if (listening.length === 0) return 'nothing listens there';
  const isReachable = listening.some(
    ([, local = '']) => !local.startsWith('0100007F:') && !local.startsWith('00000000000000000000000001000000:'),
  );
  return isReachable ? READY : 'it listens on the loopback address only, where no other container reaches it';
}

/** A port that accepts a connection. */
function knock(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const done = (answer: string) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(READY)).once('error', (error) => done(error.message));
    socket.once('timeout', () => done('no answer within 2 s'));
  });
}

/** `http://:8080/healthz` leaves the host out: the container's own address. Any status below 400 is ready. */
async function fetchStatus(url: string, host: string): Promise<string> {
  const { status } = await fetch(url.replace(/^(https?:\/\/)(?=[:/])/, `$1${host}`), {
    signal: AbortSignal.timeout(2000),
    redirect: 'manual',
  });
  return status < 400 ? READY : `status ${status}`;
}
