import { bootstrapped, type Estimate } from '../../src/matrix/statistics/interval.ts';

/** Two things timed in turn, A B A B …, so that a machine whose speed drifts is as slow for one as for the other. */
export interface Pair {
  readonly name: string;
  readonly target: string;
  readonly pairs: number;
  /** Each side takes minutes: neither is run once before the first pair. */
  readonly isCold?: true;
  readonly a: { readonly label: string; run(): Promise<void> };
  readonly b: { readonly label: string; run(): Promise<void> };
  /** After the last of them. */
  close?(): Promise<void>;
}

export interface PairResult {
  readonly name: string;
  readonly target: string;
  readonly n: number;
  readonly aMs: number;
  readonly bMs: number;
  /** Median of the ratios a/b of each pair, with its 95 % bootstrap interval. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export async function measurePair({ name, target, pairs, isCold, a, b }: Pair): Promise<PairResult> {
  if (!isCold) {
    await a.run();
    await b.run();
  }
  const aTimes: number[] = [];
  const bTimes: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const order =
      pair % 2 === 0
        ? ([
            [a, aTimes],
            [b, bTimes],
          ] as const)
        : ([
            [b, bTimes],
            [a, aTimes],
          ] as const);
    for (const [side, times] of order) times.push(await timed(side.run));
  }
  const ratios = aTimes.map((time, index) => time / (bTimes[index] as number));
  const { value: ratio, low, high } = bootstrapped(ratios, 0.5) as Estimate;
  return { name, target, n: pairs, aMs: median(aTimes), bMs: median(bTimes), ratio, low, high };
}

async function timed(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
