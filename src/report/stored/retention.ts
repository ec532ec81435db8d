import { countText, sizeText } from '../words.ts';

/** How much of the past is kept. */
export interface Retention {
  readonly runs: number;
  readonly bytes: number;
  readonly forMs: number;
  /** The same in the words of whoever set it. */
  readonly forText: string;
}

/** The folder of a stored run. */
export interface RunFolder {
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly sizeBytes: number;
}

/** A folder beyond what is kept, and beyond what. */
export type Surplus = RunFolder & { readonly why: string };

/** What goes is the oldest: beyond a number of runs, beyond an age, or beyond the size of those that are newer together with it. */
export function surplus(newestFirst: readonly RunFolder[], { runs, bytes, forMs, forText }: Retention, now: number): readonly Surplus[] {
  let sum = 0;
  return newestFirst.flatMap((folder, index) => {
    sum += folder.sizeBytes;
    const why =
      index >= runs
        ? `${countText(runs, 'run')} ${runs === 1 ? 'is' : 'are'} kept`
        : now - folder.startedAt > forMs
          ? `runs are kept for ${forText}`
          : sum > bytes
            ? `${sizeText(bytes)} of runs are kept`
            : undefined;
    return why === undefined ? [] : [{ ...folder, why }];
  });
}
