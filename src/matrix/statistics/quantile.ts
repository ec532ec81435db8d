/** The value below which a share `q` of the sorted values lies, interpolated (Hyndman and Fan's type 7). NaN: there are none. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (at - below);
}

export const quantile = (values: readonly number[], q: number): number => quantileOfSorted(sortedOf(values), q);
export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const sortedOf = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();
