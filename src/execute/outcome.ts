import type { ErrorCode } from '../errors.ts';
import type { Report, StepReport } from '../report/report.ts';
import type { StopReason, StopSignal } from './stops.ts';

export const SIGNAL_CODE: Readonly<Record<StopSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** The first step that counts says how the run went; what came after it is a consequence. */
export function statusOf(steps: readonly StepReport[], reason: StopReason | undefined): Report['status'] {
  if (reason?.by === 'signal') return 'cancelled';
  const first = firstWrong(steps)?.status;
  if (first === undefined || first === 'skipped') return reason ? 'failed' : 'passed';
  return first;
}

/** A service that ended while no step was under way has hurt nobody but itself: its own report says so then, or the run would pass. */
export function blameService(steps: readonly StepReport[], reason: StopReason | undefined): readonly StepReport[] {
  if (reason?.by !== 'failure' || firstWrong(steps)) return steps;
  const { service, error } = reason;
  return steps.map((step) => (step.name === service ? { ...step, status: 'errored', error } : step));
}

/** What was cancelled beside a failure is a consequence of it. */
function firstWrong(steps: readonly StepReport[]): StepReport | undefined {
  const wrong = steps.filter(({ status, allowed }) => status !== 'passed' && status !== 'skipped' && !allowed);
  return wrong.find(({ status }) => status !== 'cancelled') ?? wrong[0];
}

/** The table of exit codes in README.md. A step's own code is passed on as it is. */
export function exitCodeOf(steps: readonly StepReport[], reason: StopReason | undefined, isClean: boolean): number {
  if (reason?.by === 'signal') return SIGNAL_CODE[reason.signal];
  const wrong = firstWrong(steps);
  if (reason?.by === 'deadline' || wrong?.timedOut) return 124;
  if (wrong?.status === 'errored') return codeOfError(wrong.error?.code ?? 'runner.bug');
  if (wrong) return wrong.exit?.code ?? 125;
  return isClean ? 0 : 120;
}

/** 2 for what the user wrote, 126 for what policy refuses, 124 for time, 125 for everything the machines did. */
export function codeOfError(code: ErrorCode): number {
  switch (code) {
    case 'usage.invalid':
    case 'spec.invalid':
    case 'run.not-found':
    case 'results.invalid':
      return 2;
    case 'policy.refused':
      return 126;
    case 'run.timed-out':
      return 124;
    default:
      return 125;
  }
}
