import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PrivateEngine } from '../support/private-engine.ts';
import { chaosEngine } from './engine.ts';
import { failuresIn, performAll, strikesOn, TRIALS } from './series.ts';
import { STRIKES } from './strikes.ts';
import { WICKED_WORKLOADS, WORKLOADS } from './workloads.ts';

let engine: PrivateEngine;
beforeAll(() => {
  engine = chaosEngine();
}, 180_000);
afterAll(() => engine.down(), 60_000);

const JOBS = { ...WORKLOADS, ...WICKED_WORKLOADS };

describe.each(Object.keys(STRIKES))('%s at a random instant', (what) => {
  test(`leaves nothing of any job, ${TRIALS} trials each`, { timeout: 120_000 + TRIALS * 60_000 }, async () => {
    const verdicts = await performAll(strikesOn(JOBS, what), engine);
    expect(failuresIn(verdicts)).toEqual([]);
    expect(verdicts.flatMap(({ performed }) => performed.next?.left ?? [])).toEqual([]);
  });
});
