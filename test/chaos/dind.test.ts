import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PrivateEngine } from '../support/private-engine.ts';
import { chaosEngine } from './engine.ts';
import { failuresIn, performAll, strikesOn, TRIALS } from './series.ts';
import { STRIKES } from './strikes.ts';
import { PRIVATE_WORKLOADS } from './workloads.ts';

/** Apart from the other jobs: its images are a gigabyte, which no other daemon of the suite needs. */
let engine: PrivateEngine;
beforeAll(() => {
  engine = chaosEngine('-dind', PRIVATE_WORKLOADS);
}, 300_000);
afterAll(() => engine.down(), 60_000);

/** A few of each beside each other, unless somebody asked for the real thing. */
const WAYS = process.env['CHAOS_TRIALS'] === undefined ? [Object.keys(STRIKES)] : Object.keys(STRIKES).map((what) => [what]);

test.each(WAYS.map((ways) => [ways.join(', '), ways] as const))(
  '%s at a random instant leaves nothing of a private daemon, nor of what runs in it',
  { timeout: 300_000 + TRIALS * 60_000 },
  async (_, ways) => {
    const verdicts = await performAll(
      ways.flatMap((what) => strikesOn(PRIVATE_WORKLOADS, what)),
      engine,
    );
    expect(verdicts.length).toBeGreaterThan(0);
    expect(failuresIn(verdicts)).toEqual([]);
    expect(verdicts.flatMap(({ performed }) => performed.next?.left ?? [])).toEqual([]);
  },
);
