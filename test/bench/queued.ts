import { clientFor } from '../../src/engine/docker/connect.ts';
import { createContainer } from '../../src/engine/docker/create.ts';
import type { DaemonClient } from '../../src/engine/docker/http.ts';
import { removeContainer } from '../../src/engine/docker/remove.ts';
import { runContainer } from '../../src/engine/docker/run.ts';
import { containerPlan } from '../support/steps.ts';
import type { Counted } from './counts.ts';
import { median } from './pair.ts';

const COUNT = 32;
const ROUNDS = 5;

interface Times {
  /** From its turn to its end: what a person sees as the time of the step. */
  readonly startedMs: number;
  /** From the wish to start to its end, so with the waiting for its turn. */
  readonly queuedMs: number;
}

/** The same runs under the bound of one client, and each under a bound of its own, which bounds nothing; in turn. */
export async function queuedRuns(): Promise<Counted> {
  const started: number[] = [];
  const queued: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { starts } = freshClient();
    const bounded = await together(() => starts);
    const unbounded = await together(() => freshClient().starts);
    started.push(medianOf(bounded, 'startedMs') / medianOf(unbounded, 'startedMs'));
    queued.push(medianOf(bounded, 'queuedMs') / medianOf(unbounded, 'queuedMs'));
  }
  const range = `${Math.min(...started).toFixed(2)}–${Math.max(...started).toFixed(2)}`;
  return { figure: median(started).toFixed(2), spread: `${range}; ${median(queued).toFixed(2)} with the waiting`, n: ROUNDS };
}

const medianOf = (times: readonly Times[], which: keyof Times): number => median(times.map((one) => one[which]));

const facts = {
  environment: Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  readFile: () => undefined,
};
const freshClient = (): DaemonClient => clientFor(facts);

const together = (boundOf: () => DaemonClient['starts']): Promise<readonly Times[]> =>
  Promise.all(Array.from({ length: COUNT }, (_, index) => timesOf(boundOf(), index)));

async function timesOf(bound: DaemonClient['starts'], index: number): Promise<Times> {
  const client = freshClient();
  let startedAt = 0;
  const watched = <T>(start: () => Promise<T>): Promise<T> =>
    bound(() => {
      startedAt = performance.now();
      return start();
    });
  Object.defineProperty(client, 'starts', { value: watched });
  const plan = { ...containerPlan(`queued-${process.pid}-${index}`, 'true'), labels: {} };
  const signal = new AbortController().signal;
  await createContainer(client, plan, { onProgress: () => {}, signal, authOf: async () => undefined });
  const queuedAt = performance.now();
  await runContainer(client, plan.name, { onOutput: () => {}, signal, killAfterMs: () => 0 });
  const endedAt = performance.now();
  await removeContainer(client, plan.name);
  return { startedMs: endedAt - startedAt, queuedMs: endedAt - queuedAt };
}
