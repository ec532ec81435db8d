import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chaosEngine, type PrivateEngine } from './engine.ts';
import { randomOf } from './random.ts';
import { note } from './results.ts';
import { failuresIn, PARALLEL, performGroup, SEED, TRIALS } from './series.ts';
import type { Trial } from './trial.ts';
import { WORKLOADS } from './workloads.ts';

let engine: PrivateEngine;
beforeAll(() => {
  engine = chaosEngine('-daemon');
  engine.load('busybox:1');
}, 180_000);
afterAll(() => engine.down(), 60_000);

const WHAT = 'KILL and restart of the daemon, then the next start';
const JOBS = Object.entries(WORKLOADS).filter(([, { pattern }]) => pattern !== 'host');
/** Longer than the jobs take, so that some are done, some under way and some only begin. */
const SPREAD_MS = 4_000;

const trialsOf = (group: number): readonly Trial[] =>
  Array.from({ length: PARALLEL }, (_, index): Trial => {
    const [job, workload] = JOBS[index % JOBS.length] as (typeof JOBS)[number];
    return { what: WHAT, job, seed: `${SEED}/${WHAT}/${group}/${index}`, workload, startsAgain: true };
  });

test('a daemon that is killed under its jobs and comes back keeps nothing of them after the next start', {
  timeout: 120_000 + TRIALS * 60_000,
}, async () => {
  const groups = Math.ceil((TRIALS * JOBS.length) / PARALLEL);
  for (let group = 0; group < groups; group += 1) {
    const random = randomOf(`${SEED}/${WHAT}/${group}`);
    const verdicts = await performGroup(trialsOf(group), engine, async () => {
      await delay(random() * SPREAD_MS);
      process.kill(engine.pid(), 'SIGKILL');
      await delay(random() * 2_000);
      engine.up();
    });
    for (const { performed, left } of verdicts) {
      const failed = left.length > 0 || (performed.next?.left.length ?? 0) > 0;
      const ms = (performed.next?.withDead ?? 0) - (performed.next?.without ?? 0);
      note({
        what: WHAT,
        subject: performed.trial.job,
        seed: performed.trial.seed,
        failed,
        figure: 'more than a start with nothing to do',
        ms,
      });
    }
    expect(failuresIn(verdicts)).toEqual([]);
    expect(verdicts.map(({ performed }) => performed.said).join('')).not.toContain('runner.bug');
  }
});
