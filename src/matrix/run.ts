import pLimit from 'p-limit';
import type { Matrix } from '../spec/matrix/matrix.ts';
import type { Bench, Ran, Snapshot } from './bench.ts';
import type { Cell } from './cells.ts';
import { resultOf } from './results/judge.ts';
import { isGood, type TrialEnded, VERSION } from './results/records.ts';
import type { ResultsFile } from './results/write.ts';
import { type Batch, instantOf, type Trial } from './schedule.ts';
import { median } from './statistics/quantile.ts';

export interface MatrixRun {
  readonly matrix: Pick<Matrix, 'seed' | 'leakCheck' | 'failFast'>;
  readonly cells: readonly Cell[];
  readonly batches: readonly Batch[];
  /** Results there are already: their trials are not run again. */
  readonly ended: ReadonlyMap<string, TrialEnded>;
  readonly session: number;
}

export interface MatrixSurroundings {
  readonly bench: Bench;
  readonly results: ResultsFile;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** No new trial is begun once it aborts; those under way are interrupted, and leave no result. */
  readonly signal: AbortSignal;
  readonly onStart: (trial: Trial) => void;
  readonly onEnd: (result: TrialEnded) => void;
}

/** What was left behind is looked for again and again for so long: others may have come and gone meanwhile. */
const SETTLE_MS = 5_000;
/** After a kill the reaper has a minute. */
const REAPER_MS = 60_000;
/** When to interrupt a cell of which no run has passed. */
const UNKNOWN_MS = 5_000;

/** Runs every trial that has no result yet, and puts each result on the disk before the next batch begins. */
export async function runMatrix(run: MatrixRun, around: MatrixSurroundings): Promise<readonly TrialEnded[]> {
  return new Running(run, around).all();
}

class Running {
  readonly #run: MatrixRun;
  readonly #around: MatrixSurroundings;
  readonly #ended: Map<string, TrialEnded>;
  readonly #cells: ReadonlyMap<string, Cell>;
  #hasFailed = false;

  constructor(run: MatrixRun, around: MatrixSurroundings) {
    this.#run = run;
    this.#around = around;
    this.#ended = new Map(run.ended);
    this.#cells = new Map(run.cells.map((cell) => [cell.id, cell]));
  }

  async all(): Promise<readonly TrialEnded[]> {
    const { matrix, batches } = this.#run;
    let before = matrix.leakCheck ? await this.#around.bench.look() : undefined;
    for (const { trials, parallel } of batches) {
      const missing = trials.filter(({ id }) => !this.#ended.has(id));
      if (missing.length === 0) continue;
      if (this.#isOver) break;
      if (parallel === 1) for (const trial of missing) before = await this.#alone(trial, before);
      else before = await this.#together(missing, { parallel, before });
    }
    return [...this.#ended.values()];
  }

  get #isOver(): boolean {
    return this.#around.signal.aborted || (this.#run.matrix.failFast && this.#hasFailed);
  }

  /** Resolves with what there is afterwards, which is what was there before the next one. */
  async #alone(trial: Trial, before: Snapshot | undefined): Promise<Snapshot | undefined> {
    if (this.#isOver) return before;
    const ran = await this.#ran(trial, true);
    if (!ran) return before;
    const leaked = before ? await this.#around.bench.appeared(before, settleMs(trial)) : [];
    this.#keep(resultOf(trial, ran, { session: this.#run.session, at: this.#now(), leaked }));
    return before && [...before, ...leaked];
  }

  /** Nobody knows which of them left something behind: it is told of the last. */
  async #together(trials: readonly Trial[], { parallel, before }: { readonly parallel: number; readonly before: Snapshot | undefined }) {
    const limit = pLimit(parallel);
    let last: Trial | undefined;
    const one = async (trial: Trial): Promise<void> => {
      const ran = this.#isOver ? undefined : await this.#ran(trial, false);
      if (!ran) return;
      last = trial;
      this.#keep(resultOf(trial, ran, { session: this.#run.session, at: this.#now(), leaked: [] }));
    };
    await Promise.all(trials.map((trial) => limit(() => one(trial))));
    if (!before || !last) return before;
    const leaked = await this.#around.bench.appeared(before, SETTLE_MS);
    if (leaked.length > 0) this.#around.results.append({ v: VERSION, type: 'leaks.found', trial: last.id, among: trials.length, leaked });
    return [...before, ...leaked];
  }

  /** Undefined where the matrix was interrupted meanwhile: such a run says nothing of its cell. */
  async #ran(trial: Trial, alone: boolean): Promise<Ran | undefined> {
    const { bench, results, signal, onStart } = this.#around;
    onStart(trial);
    const interruptAfterMs = trial.signal ? instantOf(this.#run.matrix, trial, this.#usualMs(trial.cell)) : undefined;
    const running = await bench.start(trial, this.#cells.get(trial.cell) as Cell, { alone, interruptAfterMs });
    results.append({ v: VERSION, type: 'trial.started', trial: trial.id, owner: running.owner });
    const interrupt = (): void => running.interrupt();
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    const ran = await running.ended;
    signal.removeEventListener('abort', interrupt);
    return signal.aborted ? undefined : ran;
  }

  #keep(result: TrialEnded): void {
    this.#around.results.append(result);
    this.#ended.set(result.trial, result);
    if (result.kind !== 'interrupt' && !isGood(result)) this.#hasFailed = true;
    this.#around.onEnd(result);
  }

  #usualMs(cell: string): number {
    const walls = [...this.#ended.values()].filter((result) => result.cell === cell && result.kind === 'timed' && isGood(result));
    return walls.length === 0 ? UNKNOWN_MS : median(walls.map(({ wallSeconds }) => wallSeconds)) * 1_000;
  }

  #now(): string {
    return new Date(this.#around.now()).toISOString();
  }
}

const settleMs = ({ kind }: Trial): number => (kind === 'interrupt' ? REAPER_MS : SETTLE_MS);
