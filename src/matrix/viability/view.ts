import { type CellRecord, isGood, type TrialEnded } from '../results/records.ts';

/** The results of one cell, sorted into what each question looks at. */
export interface CellView {
  readonly record: CellRecord;
  readonly timed: readonly TrialEnded[];
  /** Timed runs that did everything right: only their times say something. */
  readonly good: readonly TrialEnded[];
  readonly loads: readonly TrialEnded[];
  readonly interrupts: readonly TrialEnded[];
}

export function viewOf(record: CellRecord, results: readonly TrialEnded[]): CellView {
  const own = results.filter(({ cell }) => cell === record.id);
  const timed = own.filter(({ kind }) => kind === 'timed').toSorted((a, b) => a.nth - b.nth);
  return {
    record,
    timed,
    good: timed.filter(isGood),
    loads: own.filter(({ kind }) => kind === 'load'),
    interrupts: own.filter(({ kind }) => kind === 'interrupt'),
  };
}

export const wallsOf = (results: readonly TrialEnded[]): readonly number[] => results.map(({ wallSeconds }) => wallSeconds);
