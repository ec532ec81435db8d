import { setTimeout as delay } from 'node:timers/promises';
import { appearedIn, inventoryOf, type Place } from './oracle.ts';
import type { Performed } from './trial.ts';

export interface Verdict {
  readonly performed: Performed;
  /** What was left of it when its time was over; empty: nothing. */
  readonly left: readonly string[];
  /** From its end until nothing of it was left. */
  readonly goneAfterMs: number;
}

const REAPER_MS = 60_000;
const BETWEEN_LOOKS_MS = 250;

/**
 * Look until nothing is there that was not there before, or each trial's time is over. What carries no trial's name counts
 * against all of them: nobody else uses this daemon and this folder.
 */
export async function judge(before: readonly string[], trials: readonly Performed[], place: Place): Promise<readonly Verdict[]> {
  const waiting = new Set(trials);
  const lastAt = Math.max(...trials.map((performed) => performed.overAt + patienceWith(performed)));
  const verdicts: Verdict[] = [];
  const settle = (performed: Performed, left: readonly string[]): void => {
    waiting.delete(performed);
    verdicts.push({ performed, left, goneAfterMs: performance.now() - performed.overAt });
  };
  for (let unclaimed: readonly string[] = []; waiting.size > 0 || unclaimed.length > 0; await delay(BETWEEN_LOOKS_MS)) {
    const appeared = appearedIn(before, await inventoryOf(place));
    unclaimed = appeared.filter((line) => !trials.some((performed) => isOf(line, performed)));
    for (const performed of [...waiting]) {
      const left = appeared.filter((line) => isOf(line, performed));
      const isLate = performance.now() - performed.overAt > patienceWith(performed);
      if (left.length > 0 && !isLate) continue;
      const lateBy = performance.now() - performed.overAt;
      settle(performed, left.length === 0 && isLate ? [`nothing any more, but only after ${Math.round(lateBy / 1000)} s`] : left);
    }
    if (waiting.size === 0 && performance.now() > lastAt) return verdicts.map((verdict) => withLeft(verdict, unclaimed));
  }
  return verdicts.map((verdict) => withLeft(verdict, []));
}

const withLeft = (verdict: Verdict, unclaimed: readonly string[]): Verdict => ({
  ...verdict,
  left: [...(verdict.performed.hung ? ['itself: it did not end'] : []), ...verdict.left, ...unclaimed],
});

/** After the next start only a look for what comes late goes on, for as long as a reaper lives; what was there has to be gone by then. */
const patienceWith = ({ trial: { workload, startsAgain } }: Performed): number => (startsAgain ? REAPER_MS : workload.goneWithinMs);

const isOf = (line: string, { folder, runs }: Performed): boolean =>
  line.includes(`${folder}/`) || runs.some((run) => line.includes(run) || line.includes(run.replaceAll('-', '')));
