import type { TrialEnded } from '../results/records.ts';
import { isGood } from '../results/records.ts';
import { quantile } from '../statistics/quantile.ts';

/** What so many runs at the same time gave. */
export interface Level {
  readonly level: number;
  readonly n: number;
  readonly failed: number;
  /** Runs that were finished in a minute. */
  readonly perMinute: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
}

/** Less than so much more is no more. */
const WORTH = 1.1;

export function levelsOf(loads: readonly TrialEnded[]): readonly Level[] {
  return [...Map.groupBy(loads, ({ level }) => level ?? 1)]
    .map(([level, results]): Level => {
      const walls = results.map(({ wallSeconds }) => wallSeconds);
      return {
        level,
        n: results.length,
        failed: results.filter((result) => !isGood(result)).length,
        perMinute: (60 * results.length) / spanSeconds(results),
        p50Seconds: quantile(walls, 0.5),
        p95Seconds: quantile(walls, 0.95),
      };
    })
    .toSorted((a, b) => a.level - b.level);
}

/** From the first start to the last end; where it was interrupted and resumed, without the time between. */
function spanSeconds(results: readonly TrialEnded[]): number {
  const spans = [...Map.groupBy(results, ({ session }) => session).values()].map((some) => {
    const ends = some.map(({ at }) => Date.parse(at));
    const starts = some.map(({ at, wallSeconds }) => Date.parse(at) - wallSeconds * 1_000);
    return (Math.max(...ends) - Math.min(...starts)) / 1_000;
  });
  return spans.reduce((sum, span) => sum + span, 0);
}

/** The level that the next one does not beat by a tenth; undefined: each one did. */
export function saturationOf(levels: readonly Level[]): number | undefined {
  return levels.find(({ perMinute }, index) => {
    const next = levels[index + 1];
    return next !== undefined && next.perMinute < perMinute * WORTH;
  })?.level;
}
