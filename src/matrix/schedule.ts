import type { InterruptSignal, Matrix } from '../spec/matrix/matrix.ts';
import { randomOf, shuffled } from './random.ts';

/** One run that is to be made. */
export interface Trial {
  /** `single/warm#3`, `single/warm#int-2`: unique in the matrix; what has a result under it is not run again. */
  readonly id: string;
  readonly cell: string;
  readonly kind: 'warmup' | 'timed' | 'interrupt' | 'load';
  /** From 1, in its cell and kind. Timed runs with the same number were made side by side. */
  readonly nth: number;
  readonly signal?: InterruptSignal;
  /** How many went on at the same time. */
  readonly level?: number;
}

/** Trials between which nothing else of the matrix runs. */
export interface Batch {
  readonly trials: readonly Trial[];
  readonly parallel: number;
}

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

type Plan = Pick<Matrix, 'repeat' | 'warmup' | 'order' | 'seed' | 'maxParallel' | 'interrupts' | 'parallelism'>;

/**
 * Every run of a matrix, in order: warm-ups, then blocks of one timed run a cell, so that all cells meet the same hours of
 * the night, then interrupted runs, then runs under load. A shard gets whole blocks: what is compared was measured side by
 * side on one machine.
 */
export function scheduleOf(matrix: Plan, cells: readonly string[], shard: Shard = { index: 1, of: 1 }): readonly Batch[] {
  const isOurs = (index: number): boolean => index % shard.of === shard.index - 1;
  const blocks = [...timedBlocks(matrix, cells), ...interruptedBlocks(matrix, cells)].filter((_, index) => isOurs(index));
  const together = (trials: readonly Trial[], parallel: number): readonly Batch[] =>
    parallel === 1 ? trials.map((trial) => ({ trials: [trial], parallel })) : [{ trials, parallel }];
  return [
    ...warmups(matrix, cells).flatMap((block) => together(block, matrix.maxParallel)),
    ...blocks.flatMap((block) => together(block, block[0]?.kind === 'timed' ? matrix.maxParallel : 1)),
    ...loads(matrix, cells).filter((_, index) => isOurs(index)),
  ];
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

const inOrder = ({ order, seed }: Plan, cells: readonly string[], block: string): readonly string[] =>
  order === 'sequential' ? cells : shuffled(cells, randomOf(`${seed} ${block}`));

const warmups = (plan: Plan, cells: readonly string[]): readonly (readonly Trial[])[] =>
  upTo(plan.warmup).map((nth) =>
    inOrder(plan, cells, `warmup ${nth}`).map((cell) => ({ id: `${cell}#warmup-${nth}`, cell, kind: 'warmup', nth })),
  );

const timedBlocks = (plan: Plan, cells: readonly string[]): readonly (readonly Trial[])[] =>
  upTo(plan.repeat).map((nth) => inOrder(plan, cells, `timed ${nth}`).map((cell) => ({ id: `${cell}#${nth}`, cell, kind: 'timed', nth })));

const interruptedBlocks = (plan: Plan, cells: readonly string[]): readonly (readonly Trial[])[] =>
  upTo(plan.interrupts.signals.length > 0 ? plan.interrupts.each : 0).flatMap((nth) =>
    plan.interrupts.signals.map((signal) =>
      inOrder(plan, cells, `${signal} ${nth}`).map(
        (cell): Trial => ({ id: `${cell}#${signal}-${nth}`, cell, kind: 'interrupt', nth, signal }),
      ),
    ),
  );

/** Twice the level at least, so that the queue is never empty for half of the time. */
const loads = (plan: Plan, cells: readonly string[]): readonly Batch[] =>
  plan.parallelism.flatMap((level) =>
    inOrder(plan, cells, `load ${level}`).map((cell) => ({
      parallel: level,
      trials: upTo(Math.max(2 * level, plan.repeat)).map(
        (nth): Trial => ({ id: `${cell}#load${level}-${nth}`, cell, kind: 'load', nth, level }),
      ),
    })),
  );

/** When to interrupt: uniformly over 1.3 times the time that the cell takes, so that the end of a run is met, too. */
export const instantOf = ({ seed }: Pick<Matrix, 'seed'>, { id }: Trial, usualMs: number): number =>
  randomOf(`${seed} ${id}`)() * 1.3 * usualMs;
