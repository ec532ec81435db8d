import { request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { authorityIn } from './kubeconfig.ts';

const PAUSE_MS = 100;
const ANSWER_MS = 2_000;

/** Resolves once the API server behind the address says that it is ready to serve; rejects only when the signal aborts. */
export async function untilServing(kubeconfig: string, server: string, signal: AbortSignal): Promise<void> {
  const authority = authorityIn(kubeconfig);
  for (;;) {
    signal.throwIfAborted();
    if ((await statusOf(`${server}/readyz`, authority).catch(() => 0)) === 200) return;
    await delay(PAUSE_MS, undefined, { signal });
  }
}

/** `/readyz` is open to everybody; what is checked is that it is this cluster's server that answers. */
const statusOf = (url: string, ca: string | undefined): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { ...(ca && { ca }), agent: false, timeout: ANSWER_MS }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.end();
  });
