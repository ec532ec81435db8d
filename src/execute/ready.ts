import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { RunnerError } from '../errors.ts';
import type { ReadySpec } from '../spec/spec.ts';
import type { StepContext } from './handlers.ts';

/**
 * Ask until the container is ready. Resolves with what was waited for and how long; throws `service.not-ready` with the
 * last answer when the time is up. `tcp` and `http` ask from here, at the container's own address; `run` asks inside it.
 */
export async function untilReady(container: string, ready: ReadySpec, context: StepContext): Promise<string> {
  const { now } = context.around;
  const startedMs = now();
  const what = questionOf(ready);
  let answer = 'no answer yet';
  while (now() - startedMs < ready.timeoutMs) {
    context.signal.throwIfAborted();
    answer = await ask(container, ready, context).catch((error: Error) => error.message);
    if (answer === READY) return `ready after ${((now() - startedMs) / 1000).toFixed(1)} s (${what})`;
    context.onProgress(`waiting for ${what}: ${answer}`);
    await delay(ready.intervalMs, undefined, { signal: context.signal });
  }
  throw new RunnerError('service.not-ready', `not ready within ${ready.timeoutMs / 1000} s`, {
    detail: [`asked: ${what}`, `last answer: ${answer}`],
    hint: 'Look at its lines above, or raise `ready.timeout`.',
  });
}

const READY = 'ready';

const questionOf = (ready: ReadySpec): string =>
  'run' in ready ? `run ${ready.run}` : 'tcp' in ready ? `tcp ${ready.tcp}` : `http ${ready.http}`;

async function ask(container: string, ready: ReadySpec, { around, signal }: StepContext): Promise<string> {
  if ('run' in ready) {
    const command = ['sh', '-c', ready.run];
    const marker = `RUNNER_STEP_ID=ready-${container}`;
    const options = { signal, onOutput: () => {}, killAfterMs: () => 0 };
    const { code } = await around.engines.containers.exec({ container, command, env: {}, stdin: 'none', marker }, options);
    return code === 0 ? READY : `exit code ${code}`;
  }
  const host = await around.engines.containers.addressOf(container);
  if (host === undefined) return 'it has no address';
  return 'tcp' in ready ? knock(host, ready.tcp) : fetchStatus(ready.http, host);
}

/** A port that accepts a connection and does not close it at once. */
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
