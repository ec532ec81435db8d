import { countText, durationText } from '../report/words.ts';
import { isGood, type TrialEnded } from './results/records.ts';
import type { Batch, Trial } from './schedule.ts';
import { mean } from './statistics/spread.ts';

/** How far a matrix is, for people who wait for hours. */
export class Progress {
  readonly #total: number;
  readonly #left: Map<string, Trial>;
  readonly #parallel: ReadonlyMap<string, number>;
  readonly #walls: Map<string, number[]> = new Map();
  #last: TrialEnded | undefined;
  #lastFailure: TrialEnded | undefined;
  #running: readonly string[] = [];

  constructor(batches: readonly Batch[], ended: ReadonlyMap<string, TrialEnded>) {
    const trials = batches.flatMap((batch) => batch.trials);
    this.#total = trials.length;
    this.#left = new Map(trials.filter(({ id }) => !ended.has(id)).map((trial) => [trial.id, trial]));
    this.#parallel = new Map(batches.flatMap(({ trials: some, parallel }) => some.map(({ id }) => [id, parallel])));
    for (const result of ended.values()) this.#time(result);
  }

  started(trial: Trial): void {
    this.#running = [...this.#running, trial.id];
  }

  ended(result: TrialEnded): void {
    this.#left.delete(result.trial);
    this.#running = this.#running.filter((id) => id !== result.trial);
    this.#time(result);
    this.#last = result;
    if (isBad(result)) this.#lastFailure = result;
  }

  /** `[12/150] kind#3: passed in 41.2 s; 138 left, about 1h 32m, until 04:10; last failure: kind#1, build exited with 2`. */
  text(now: number): string {
    const done = this.#total - this.#left.size;
    const about = this.#last ? ` ${endText(this.#last)}` : '';
    return `[${done}/${this.#total}]${about}${this.#leftText(now)}${this.#failureText()}`;
  }

  /** What runs now, for a line that is drawn again and again. */
  get running(): string {
    const [first, ...more] = this.#running;
    return first === undefined ? '' : `${first}${more.length === 0 ? '' : ` and ${countText(more.length, 'other')}`}`;
  }

  /** Milliseconds until the last trial ends, if the rest is as what was; undefined where nothing has ended yet. */
  get leftMs(): number | undefined {
    const all = [...this.#walls.values()].flat();
    if (all.length === 0) return undefined;
    const seconds = [...this.#left.values()].map(({ id, cell }) => mean(this.#walls.get(cell) ?? all) / (this.#parallel.get(id) ?? 1));
    return seconds.reduce((sum, one) => sum + one, 0) * 1_000;
  }

  #time({ cell, wallSeconds }: TrialEnded): void {
    const known = this.#walls.get(cell);
    if (known) known.push(wallSeconds);
    else this.#walls.set(cell, [wallSeconds]);
  }

  #leftText(now: number): string {
    const { leftMs } = this;
    if (this.#left.size === 0 || leftMs === undefined) return '';
    return `; ${this.#left.size} left, about ${durationText(leftMs)}, until ${clockText(new Date(now + leftMs))}`;
  }

  #failureText(): string {
    const failed = this.#lastFailure;
    if (!failed || failed === this.#last) return '';
    return `; last failure: ${failed.trial}, ${reasonOf(failed)}`;
  }
}

export const isBad = (result: TrialEnded): boolean => (result.kind === 'interrupt' ? result.leaked.length > 0 : !isGood(result));

function endText(result: TrialEnded): string {
  const took = durationText(result.wallSeconds * 1_000);
  if (isBad(result)) return `${result.trial}: FAILED after ${took}, ${reasonOf(result)}`;
  return result.kind === 'interrupt' ? `${result.trial}: interrupted, nothing left` : `${result.trial}: passed in ${took}`;
}

function reasonOf({ failure, leaked }: TrialEnded): string {
  if (leaked.length > 0) return `left behind: ${leftText(leaked)}`;
  return failure?.message ?? 'no reason is known';
}

const clockText = (date: Date): string => `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;

/** The first few, with digests cut to what tells them apart. */
function leftText(leaked: readonly string[]): string {
  const shown = leaked.slice(0, 2).map((one) => one.replace(/(sha256:[0-9a-f]{12})[0-9a-f]+/, '$1'));
  return `${shown.join(', ')}${leaked.length > shown.length ? ` and ${leaked.length - shown.length} more` : ''}`;
}
