import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PrivateEngine } from '../support/private-engine.ts';
import { chaosEngine } from './engine.ts';
import { failuresIn, performAll, SEED, TRIALS, trialsFor } from './series.ts';
import { STRIKES } from './strikes.ts';
import type { Trial } from './trial.ts';
import { WICKED_WORKLOADS, WORKLOADS } from './workloads.ts';

let engine: PrivateEngine;
beforeAll(() => {
  engine = chaosEngine();
}, 180_000);
afterAll(() => engine.down(), 60_000);

const JOBS = Object.entries({ ...WORKLOADS, ...WICKED_WORKLOADS });

/** The jobs in turn, so that a group of trials is a mixture of them. */
const trialsOf = (what: string): readonly Trial[] =>
  Array.from({ length: TRIALS }, (_, index) =>
    JOBS.filter(([, workload]) => index < trialsFor(workload)).map(([job, workload]): Trial => {
      const seed = [SEED, what, job, index].join('/');
      return { what, job, seed, workload, ...(STRIKES[what] as (typeof STRIKES)[string]) };
    }),
  ).flat();

describe.each(Object.keys(STRIKES))('%s at a random instant', (what) => {
  test(`leaves nothing of any job, ${TRIALS} trials each`, { timeout: 120_000 + TRIALS * 60_000 }, async () => {
    const verdicts = await performAll(trialsOf(what), engine);
    expect(failuresIn(verdicts)).toEqual([]);
    expect(verdicts.flatMap(({ performed }) => performed.next?.left ?? [])).toEqual([]);
  });
});
