import { RunnerError, toRunnerError } from '../errors.ts';
import type { Step } from '../plan/plan.ts';
import type { StepReport } from '../report/report.ts';
import type { StepResult } from './handlers.ts';
import type { StopReason } from './stops.ts';

export type Ending = { readonly result: StepResult } | { readonly thrown: unknown };

/** What had cut the step short when it ended. */
export interface Cut {
  readonly stopped: StopReason | undefined;
  readonly expired: boolean;
  /** A step beside it has failed, and this one was stopped for that. */
  readonly abandoned: boolean;
}

export type Verdict = Pick<StepReport, 'status' | 'exit' | 'timedOut' | 'allowed' | 'error'>;

/** Why a step ended as it did: first what stopped the run, then the step's own deadline, then the step itself. */
export function judge(step: Step, ending: Ending, { stopped, expired, abandoned }: Cut): Verdict {
  if (stopped) return stoppedBy(stopped);
  if (expired)
    return step.kind === 'task' ? allowing(step, { status: 'failed', timedOut: true }) : { status: 'errored', error: tooSlow(step) };
  if (abandoned) return { status: 'cancelled' };
  if ('thrown' in ending) return { status: 'errored', error: toRunnerError(ending.thrown) };
  const { exit } = ending.result;
  if (!exit || exit.code === 0) return { status: 'passed', ...(exit ? { exit } : {}) };
  return allowing(step, { status: 'failed', exit });
}

function stoppedBy(reason: StopReason): Verdict {
  switch (reason.by) {
    case 'signal':
      return { status: 'cancelled' };
    case 'deadline':
      return { status: 'failed', timedOut: true };
    case 'failure':
      return { status: 'errored', error: reason.error };
  }
}

function allowing(step: Step, verdict: Verdict): Verdict {
  if (step.kind !== 'task') return verdict;
  const { allowFailure } = step;
  const allowed =
    typeof allowFailure === 'boolean' ? allowFailure : verdict.exit !== undefined && allowFailure.exitCodes.includes(verdict.exit.code);
  return allowed ? { ...verdict, allowed: true } : verdict;
}

const tooSlow = ({ kind, name, timeoutMs = 0 }: Step): RunnerError =>
  new RunnerError('run.timed-out', `${kind} ${name} took longer than ${timeoutMs / 1000} s`, {
    hint: 'Raise its `timeout`, or look at its last lines above.',
  });

/** A failed attempt may be followed by another when the spec lists its class. */
export function mayRetry(step: Step, verdict: Verdict, attempt: number): boolean {
  if (step.kind !== 'task' || attempt > step.retry.max) return false;
  const kind = verdict.timedOut ? 'timeout' : verdict.status === 'errored' ? 'infrastructure' : 'failure';
  return (verdict.status === 'failed' || verdict.status === 'errored') && step.retry.on.includes(kind);
}
