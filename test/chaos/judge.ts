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
 * Look from the end of each trial until nothing is there that was not there before, or its time is over. What carries no trial's
 * name counts against all of them: nobody else uses this daemon and this folder.
 */
export async function judge(
  before: readonly string[],
  performing: readonly Promise<Performed>[],
  place: Place,
): Promise<readonly Verdict[]> {
  const ended: Performed[] = [];
  let areOver = false;
  const all = Promise.all(performing.map(async (one) => void ended.push(await one))).finally(() => {
    areOver = true;
  });
  all.catch(() => {}); // told at the end
  const verdicts = new Map<Performed, Verdict>();
  for (; ; await delay(BETWEEN_LOOKS_MS)) {
    const [wereOver, looked] = [areOver, [...ended]];
    const inventory = await inventoryOf(place).catch((error: unknown) => {
      // While trials are under way, a daemon may be down on purpose.
      if (wereOver) throw error;
    });
    if (!inventory) continue;
    const appeared = appearedIn(before, inventory);
    for (const performed of looked.filter((one) => !verdicts.has(one))) {
      const verdict = verdictOn(performed, appeared);
      if (verdict) verdicts.set(performed, verdict);
    }
    if (!wereOver || verdicts.size < looked.length) continue;
    await all;
    const unclaimed = appeared.filter((line) => !looked.some((performed) => isOf(line, performed)));
    const lastAt = Math.max(...looked.map((performed) => performed.overAt + patienceWith(performed)));
    if (unclaimed.length === 0 || performance.now() > lastAt) return [...verdicts.values()].map((verdict) => withLeft(verdict, unclaimed));
  }
}

/** Undefined: something of it is there, and may be for a while yet. */
function verdictOn(performed: Performed, appeared: readonly string[]): Verdict | undefined {
  const left = appeared.filter((line) => isOf(line, performed));
  const goneAfterMs = performance.now() - performed.overAt;
  const isLate = goneAfterMs > patienceWith(performed);
  if (left.length > 0 && !isLate) return undefined;
  const late = left.length === 0 && isLate ? [`nothing any more, but only after ${Math.round(goneAfterMs / 1000)} s`] : [];
  return { performed, left: [...left, ...late], goneAfterMs };
}

const withLeft = (verdict: Verdict, unclaimed: readonly string[]): Verdict => ({
  ...verdict,
  left: [...(verdict.performed.hung ? ['itself: it did not end'] : []), ...verdict.left, ...unclaimed],
});

/** After the next start only a look for what comes late goes on, for as long as a reaper lives; what was there has to be gone by then. */
const patienceWith = ({ trial: { workload, startsAgain } }: Performed): number => (startsAgain ? REAPER_MS : workload.goneWithinMs);

const isOf = (line: string, { folder, runs }: Performed): boolean =>
  line.includes(`${folder}/`) || runs.some((run) => line.includes(run) || line.includes(run.replaceAll('-', '')));
