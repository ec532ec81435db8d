import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PrivateEngine } from '../support/private-engine.ts';
import { type Fault, scriptedDaemon } from '../support/scripted-daemon.ts';
import { chaosEngine } from './engine.ts';
import { failuresIn, inFolder, performAll } from './series.ts';
import { furnish, start, type Trial } from './trial.ts';
import { EVERY_WORKLOAD } from './workloads.ts';

let engine: PrivateEngine;
beforeAll(() => {
  engine = chaosEngine('', EVERY_WORKLOAD);
}, 300_000);
afterAll(() => engine.down(), 60_000);

const FAULTS: Readonly<Record<string, Fault>> = {
  'a refusal (500)': { type: 'answer', status: 500, body: { message: 'out of sorts' } },
  'a conflict (409)': { type: 'answer', status: 409, body: { message: 'in the way' } },
  'a reset before it acts': { type: 'reset' },
  'an answer that is lost after it acted': { type: 'lose-answer' },
  'a wrong answer after it acted (500)': { type: 'answer-after', status: 500, body: { message: 'out of sorts' } },
  'a delay of 30 s': { type: 'delay', ms: 30_000 },
};

/** A step's own Docker meets the fault, too. */
const CODES: Readonly<Record<string, readonly number[]>> = { sibling: [0, 1, 120, 125] };

const isForReal = process.env['CHAOS_TRIALS'] !== undefined;
const JOBS = Object.entries(EVERY_WORKLOAD).filter(([job, { pattern }]) => (isForReal ? pattern !== 'host' : job === 'serial'));

/** Every call that changes something meets every fault, or the job's share of them; one quick one where nobody asked for the real thing. */
describe.each(JOBS)('%s', (job, workload) => {
  test('whatever a call that changes something meets, the run ends with a report, and nothing of it is left', {
    timeout: 3_600_000,
  }, async () => {
    const calls = await callsOf();
    expect(calls.length).toBeGreaterThan(5);
    const faults = Object.entries(FAULTS).slice(0, isForReal ? undefined : -1);
    const count = isForReal ? Math.ceil(faults.length * (workload.share ?? 1)) : 1;
    const trials = calls.flatMap((call, index) =>
      Array.from({ length: count }, (_, n) => trialOf(call, faults[(index + n) % faults.length] as (typeof faults)[number])),
    );
    const verdicts = await performAll(trials, engine);
    expect(failuresIn(verdicts)).toEqual([]);
    for (const { performed } of verdicts) {
      expect(CODES[workload.pattern] ?? [0, 120, 125], performed.said).toContain(performed.code);
      expect(performed.said).not.toContain('runner.bug');
    }
  });

  const callsOf = (): Promise<readonly Call[]> =>
    inFolder(async (folder) => {
      furnish(folder, workload);
      const proxy = await scriptedDaemon(engine.socket);
      await start(folder, 'spec.yaml', { env: { DOCKER_HOST: proxy.url }, behind: engine.beside }).ended;
      await proxy.close();
      const changing = proxy.seen.filter((request) => /^(POST|PUT|DELETE) /.test(request));
      return changing.map((request, skip) => ({ request: request.split('?')[0] ?? '', skip }));
    });

  const trialOf = ({ request, skip }: Call, [name, fault]: readonly [string, Fault]): Trial => ({
    what: `Docker answers with ${name}`,
    job,
    seed: `${request} (${skip + 1})`,
    workload,
    async through(socket) {
      const proxy = await scriptedDaemon(socket);
      proxy.rule({ method: 'POST|PUT|DELETE', path: /./, skip, times: 1, fault });
      return { url: proxy.url, close: () => proxy.close() };
    },
  });
});

interface Call {
  readonly request: string;
  /** How many others come first. */
  readonly skip: number;
}
