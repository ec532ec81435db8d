import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PrivateEngine } from '../support/private-engine.ts';
import { chaosEngine } from './engine.ts';
import { failuresIn, performAll, strikesOn, TRIALS } from './series.ts';
import { STRIKES } from './strikes.ts';
import type { Workload } from './workloads.ts';

/** A few of each beside each other, unless somebody asked for the real thing. */
const WAYS = process.env['CHAOS_TRIALS'] === undefined ? [Object.keys(STRIKES)] : Object.keys(STRIKES).map((what) => [what]);

/** Strikes every job on a daemon apart from the others', which need none of its large images. */
export function testStrikesOn(
  jobs: Readonly<Record<string, Workload>>,
  { part, leaves }: { readonly part: string; readonly leaves: string },
): void {
  let engine: PrivateEngine;
  beforeAll(() => {
    engine = chaosEngine(part, jobs);
  }, 300_000);
  afterAll(() => engine.down(), 60_000);

  test.each(WAYS.map((ways) => [ways.join(', '), ways] as const))(
    `%s at a random instant leaves nothing of ${leaves}`,
    { timeout: 300_000 + TRIALS * 60_000 },
    async (_, ways) => {
      const verdicts = await performAll(
        ways.flatMap((what) => strikesOn(jobs, what)),
        engine,
      );
      expect(verdicts.length).toBeGreaterThan(0);
      expect(failuresIn(verdicts)).toEqual([]);
      expect(verdicts.flatMap(({ performed }) => performed.next?.left ?? [])).toEqual([]);
    },
  );
}
