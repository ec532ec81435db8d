import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../support/cli.ts';
import type { Verdict } from './judge.ts';

/** One trial's, a line of out/chaos.jsonl; `node test/chaos/publish.ts` makes the table in docs/reliability.md of them. */
export interface Result {
  /** What happened: `KILL of the runner`. */
  readonly what: string;
  /** To what: `serial`. */
  readonly subject: string;
  readonly seed: string;
  readonly failed: boolean;
  /** What `ms` measures: `until all was gone`. */
  readonly figure: string;
  readonly ms: number;
}

export const RESULTS: string = path.join(ROOT, 'out/chaos.jsonl');

/** Noted at once, so that a long suite that is ended early has its results; and only where somebody asked for the real thing. */
export function note(result: Result): void {
  if (process.env['CHAOS_TRIALS'] === undefined) return;
  mkdirSync(path.dirname(RESULTS), { recursive: true });
  appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
}

export function noteVerdict({ performed: { trial, next }, left, goneAfterMs }: Verdict): void {
  const { what, job: subject, seed } = trial;
  note({ what, subject, seed, failed: left.length > 0, figure: 'until all was gone', ms: goneAfterMs });
  if (next === undefined) return;
  const failed = next.left.length > 0 || next.code !== 0;
  note({
    what: `the next start after ${what}`,
    subject,
    seed,
    failed,
    figure: 'more than a start with nothing to do',
    ms: next.withDead - next.without,
  });
}
