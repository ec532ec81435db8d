import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PrivateEngine } from '../support/private-engine.ts';
import { chaosEngine } from './engine.ts';
import { randomOf } from './random.ts';
import { note } from './results.ts';
import { failuresIn, PARALLEL, performGroup, SEED, TRIALS, trialsOn } from './series.ts';
import type { Performed } from './trial.ts';
import { EVERY_WORKLOAD } from './workloads.ts';

const WHAT = 'KILL and restart of the daemon, then the next start';
/** What a daemon brings back by itself is in the large ones: clusters, and containers that a step wanted for ever. */
const JOBS = Object.fromEntries(Object.entries(EVERY_WORKLOAD).filter(([, { pattern }]) => pattern !== 'host'));

let engine: PrivateEngine;
beforeAll(() => {
  engine = chaosEngine('-daemon', JOBS);
}, 300_000);
afterAll(() => engine.down(), 60_000);

test.each(Object.entries(JOBS))(
  'a daemon that is killed under %s and comes back keeps nothing of it after the next start',
  {
    timeout: 120_000 + TRIALS * 60_000,
  },
  async (job, workload) => {
    const trials = trialsOn({ [job]: workload }, WHAT, { startsAgain: true, reaperMs: 10_000 });
    for (let at = 0; at < trials.length; at += PARALLEL) {
      const random = randomOf(`${SEED}/${WHAT}/${job}/${at}`);
      const verdicts = await performGroup(trials.slice(at, at + PARALLEL), engine, (usualMs) => killAndRestart(random, usualMs));
      const judged = verdicts.map((verdict) => ({ ...verdict, left: verdict.left.filter((line) => !FORGOTTEN.test(line)) }));
      for (const { performed, left } of judged) noteRestart(performed, left);
      const forgotten = verdicts.some(({ left }) => left.some((line) => FORGOTTEN.test(line)));
      note({
        what: 'Docker itself: bridge forgotten when it was killed',
        subject: 'daemon',
        seed: SEED,
        failed: forgotten,
        figure: '',
        ms: 0,
      });
      expect(failuresIn(judged)).toEqual([]);
      expect(judged.flatMap(({ performed }) => performed.next?.left ?? [])).toEqual([]);
      expect(judged.map(({ performed }) => performed.said).join('')).not.toContain('runner.bug');
    }
  },
);

/**
 * Docker makes a network's bridge before it writes the network down. Killed in between, it knows nothing of the bridge any more, and
 * nobody can ask it for it: found by these trials, counted apart, and beyond what can be removed through Docker.
 */
const FORGOTTEN = /^link br-[0-9a-f]{12}$/;

/** At a random instant of 1.3 times what a run takes, so that some are done, some under way and some only begin. */
async function killAndRestart(random: () => number, usualMs: number): Promise<void> {
  await delay(random() * 1.3 * usualMs);
  process.kill(engine.pid(), 'SIGKILL');
  await delay(random() * 2_000);
  engine.up();
}

function noteRestart({ trial, next }: Performed, left: readonly string[]): void {
  const failed = left.length > 0 || (next?.left.length ?? 0) > 0 || next?.code !== 0;
  const ms = (next?.withDead ?? 0) - (next?.without ?? 0);
  note({ what: WHAT, subject: trial.job, seed: trial.seed, failed, figure: 'more than a start with nothing to do', ms });
}
