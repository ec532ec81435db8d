import { bootstrapped, type Estimate } from './interval.ts';

export interface Comparison extends Estimate {
  /** What the interval lets be said of a ÷ b; `none` where it holds 1, `few` where so few pairs could show nothing. */
  readonly claim: 'more' | 'less' | 'none' | 'few';
}

/** Fewer pairs than this agree by chance too often. */
const FEWEST_PAIRS = 5;

/**
 * The median of the ratios a ÷ b of what was measured side by side: a machine whose speed drifts is as slow for one as for
 * the other. Undefined where there is no pair.
 */
export function paired(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Comparison | undefined {
  const ratios = [...a].flatMap(([block, value]) => {
    const other = b.get(block);
    return other === undefined || other <= 0 ? [] : [value / other];
  });
  const estimate = bootstrapped(ratios, 0.5, 'paired');
  return estimate && { ...estimate, claim: claimOf(estimate) };
}

function claimOf({ low, high, n }: Estimate): Comparison['claim'] {
  if (n < FEWEST_PAIRS) return 'few';
  if (low <= 1 && high >= 1) return 'none';
  return low > 1 ? 'more' : 'less';
}
