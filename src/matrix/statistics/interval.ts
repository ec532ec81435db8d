import { randomOf } from '../random.ts';
import { quantileOfSorted, sortedOf } from './quantile.ts';

/** A figure with its 95 % interval, from n values. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

const RESAMPLES = 1_000;
const TAIL = 0.025;
/** From so many values on the bootstrap has come as near to the interval of order statistics as anybody can see, at a thousandth of the work. */
const MANY = 300;
/** The normal quantile for 95 %. */
const Z = 1.959964;

/**
 * A quantile with its percentile-bootstrap interval, or, of many values, that of their order statistics. Seeded, so that the same values give the same interval. Undefined: there
 * are no values. With fewer than three the interval is their range, which claims nothing.
 */
export function bootstrapped(values: readonly number[], q: number, seed = 'bootstrap'): Estimate | undefined {
  const sorted = sortedOf(values);
  const n = sorted.length;
  if (n === 0) return undefined;
  const value = quantileOfSorted(sorted, q);
  if (n < 3) return { value, low: sorted[0] as number, high: sorted[n - 1] as number, n };
  if (n >= MANY) return { value, ...orderInterval(sorted, q), n };
  const random = randomOf(`${seed} ${n}`);
  const found = new Float64Array(RESAMPLES);
  const drawn = new Uint32Array(n);
  for (let round = 0; round < RESAMPLES; round += 1) found[round] = resampled(sorted, { q, random, drawn });
  found.sort();
  return { value, low: quantileOfSorted(found, TAIL), high: quantileOfSorted(found, 1 - TAIL), n };
}

/** How many of n values lie below a quantile is binomial, and of many nearly normal. */
function orderInterval(sorted: Float64Array, q: number): Pick<Estimate, 'low' | 'high'> {
  const half = (Z * Math.sqrt(sorted.length * q * (1 - q))) / (sorted.length - 1);
  return { low: quantileOfSorted(sorted, Math.max(0, q - half)), high: quantileOfSorted(sorted, Math.min(1, q + half)) };
}

interface Resampling {
  readonly q: number;
  readonly random: () => number;
  /** Room for how often each value was drawn. */
  readonly drawn: Uint32Array;
}

/** Counting how often each value is drawn keeps the sample sorted: no sample has to be. */
function resampled(sorted: Float64Array, { q, random, drawn }: Resampling): number {
  const n = sorted.length;
  drawn.fill(0);
  for (let draw = 0; draw < n; draw += 1) {
    const index = Math.floor(random() * n);
    drawn[index] = (drawn[index] as number) + 1;
  }
  const at = (n - 1) * q;
  const below = Math.floor(at);
  const low = nthDrawn(sorted, drawn, below);
  return at === below ? low : low + (nthDrawn(sorted, drawn, below + 1) - low) * (at - below);
}

function nthDrawn(sorted: Float64Array, drawn: Uint32Array, nth: number): number {
  let seen = 0;
  for (let index = 0; index < sorted.length; index += 1) {
    seen += drawn[index] as number;
    if (seen > nth) return sorted[index] as number;
  }
  return sorted[sorted.length - 1] as number;
}

/** A rate with Wilson's interval, which stays within 0 and 1 and does not collapse at either. Undefined: no trials. */
export function wilson(successes: number, n: number): Estimate | undefined {
  if (n === 0) return undefined;
  const value = successes / n;
  const middle = (value + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((value * (1 - value)) / n + Z ** 2 / (4 * n ** 2));
  return { value, low: successes === 0 ? 0 : middle - half, high: successes === n ? 1 : middle + half, n };
}

/** Two figures differ only where neither could be the other. */
export const overlap = (a: Pick<Estimate, 'low' | 'high'>, b: Pick<Estimate, 'low' | 'high'>): boolean =>
  a.low <= b.high && b.low <= a.high;
