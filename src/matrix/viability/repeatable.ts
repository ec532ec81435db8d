import type { TrialEnded } from '../results/records.ts';

export interface Verdict {
  /** `passed`, or `exit 2 in build`. */
  readonly verdict: string;
  readonly n: number;
}

/** An artifact that is not the same in every run. */
export interface Drift {
  readonly path: string;
  /** How many different contents it had. */
  readonly contents: number;
  /** In how many of the runs it was missing. */
  readonly missing: number;
  readonly n: number;
}

/** How the runs ended, the most frequent first. */
export function verdictsOf(timed: readonly TrialEnded[]): readonly Verdict[] {
  const counts = new Map<string, number>();
  for (const result of timed) counts.set(verdictOf(result), (counts.get(verdictOf(result)) ?? 0) + 1);
  return [...counts].map(([verdict, n]) => ({ verdict, n })).toSorted((a, b) => b.n - a.n);
}

const verdictOf = ({ status, exitCode, failure }: TrialEnded): string =>
  status === 'passed' && exitCode === 0 ? 'passed' : `exit ${exitCode}${failure?.step === undefined ? '' : ` in ${failure.step}`}`;

/** Undefined where nothing can be said: fewer than two runs, or none that brought a file back. */
export function driftsOf(good: readonly TrialEnded[]): readonly Drift[] | undefined {
  const digests = new Map<string, string[]>();
  for (const { path, sha256 } of good.flatMap(({ artifacts }) => artifacts)) {
    const known = digests.get(path);
    if (known) known.push(sha256);
    else digests.set(path, [sha256]);
  }
  if (good.length < 2 || digests.size === 0) return undefined;
  return [...digests]
    .map(([path, all]) => ({ path, contents: new Set(all).size, missing: good.length - all.length, n: good.length }))
    .filter(({ contents, missing }) => contents > 1 || missing > 0)
    .toSorted((a, b) => a.path.localeCompare(b.path));
}
