import type { InterruptSignal } from '../../spec/matrix/matrix.ts';
import { SIGNALS } from '../../spec/matrix/matrix.ts';
import { FAILURE_CLASSES, type FailureClass, type TrialEnded } from '../results/records.ts';
import { type Estimate, wilson } from '../statistics/interval.ts';

export interface FailureCount {
  readonly class: FailureClass;
  readonly n: number;
  /** A trial that shows it. */
  readonly example: { readonly trial: string; readonly run?: string; readonly step?: string; readonly message: string };
}

/** What runs that were interrupted at random instants left behind. */
export interface Interrupts {
  readonly signal: InterruptSignal;
  /** Runs that the signal met; others had ended before. */
  readonly met: number;
  readonly n: number;
  /** Runs after which something was left, and how sure that rate is. */
  readonly unclean: number;
  readonly rate: Estimate | undefined;
}

/** By class, the most frequent first. A run that passed and left something behind has failed by its leftovers. */
export function failuresOf(timed: readonly TrialEnded[]): readonly FailureCount[] {
  return FAILURE_CLASSES.flatMap((name): readonly FailureCount[] => {
    const some = timed.filter((result) => classOf(result) === name);
    const [first] = some;
    return first ? [{ class: name, n: some.length, example: exampleOf(first) }] : [];
  }).toSorted((a, b) => b.n - a.n);
}

const classOf = ({ failure, leaked }: TrialEnded): FailureClass | undefined =>
  failure && failure.class !== 'cleanup' ? failure.class : leaked.length > 0 ? 'leftovers' : failure?.class;

function exampleOf({ trial, run, failure, leaked }: TrialEnded): FailureCount['example'] {
  const message = failure?.message ?? `left behind: ${leaked.join(', ')}`;
  return { trial, ...(run === undefined ? {} : { run }), ...(failure?.step === undefined ? {} : { step: failure.step }), message };
}

export function interruptsOf(interrupts: readonly TrialEnded[]): readonly Interrupts[] {
  return SIGNALS.flatMap((signal): readonly Interrupts[] => {
    const some = interrupts.filter((result) => result.signal === signal);
    if (some.length === 0) return [];
    const unclean = some.filter(({ leaked }) => leaked.length > 0).length;
    const met = some.filter(({ interruptedAfterSeconds }) => interruptedAfterSeconds !== undefined).length;
    return [{ signal, met, n: some.length, unclean, rate: wilson(unclean, some.length) }];
  });
}
