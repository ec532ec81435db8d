import type { Step } from '../plan/plan.ts';
import type { StepReport } from '../report/report.ts';
import { handle, type StepContext, type StepResult } from './handlers.ts';
import { type Ending, judge, mayRetry } from './judge.ts';

export interface Attempted {
  readonly report: StepReport;
  readonly result: StepResult;
}

/** What the steps of a run share. */
export interface Under extends Pick<StepContext, 'around' | 'scope' | 'ahead' | 'milestones'> {
  /** When the run began, by `around.now`. */
  readonly startMs: number;
  /** Aborts when a step beside this one has failed. */
  readonly besides: AbortSignal;
}

/** Carry one step out, again where the spec says so, and say how it ended. Never rejects for what the step does. */
export async function attempt(step: Step, run: Under): Promise<Attempted> {
  const { around, startMs } = run;
  const startedMs = around.now() - startMs;
  for (let count = 1; ; count += 1) {
    await around.emit({ type: 'step.started', step, attempt: count });
    const { verdict, result } = await once(step, count, run);
    if (mayRetry(step, verdict, count) && !around.stops.signal.aborted) {
      await around.emit({
        type: 'run.warning',
        text: `${step.name} ${verdict.status}; trying again (${count} of ${step.kind === 'task' ? step.retry.max : 0})`,
      });
      continue;
    }
    const note = result.note === undefined ? {} : { note: result.note };
    const report = {
      name: step.name,
      kind: step.kind,
      startedMs,
      durationMs: around.now() - startMs - startedMs,
      attempts: count,
      ...verdict,
      ...note,
    };
    await around.emit({ type: 'step.ended', step, report });
    return { report, result };
  }
}

/** A step that starts after the run was stopped (`if: always`) has until patience is over. */
async function once(step: Step, count: number, run: Under) {
  const { around } = run;
  const { stops } = around;
  const late = stops.signal.aborted;
  const deadline = step.timeoutMs === undefined ? undefined : AbortSignal.timeout(step.timeoutMs);
  const signal = AbortSignal.any([late ? stops.forced : stops.signal, run.besides, ...(deadline ? [deadline] : [])]);
  const ending = await handle(step, {
    ...run,
    signal,
    attempt: count,
    onOutput: (stream, chunk) => around.emit({ type: 'step.output', step, stream, chunk }),
    onProgress: (text) => void around.emit({ type: 'step.progress', step, text }),
  }).then(
    (result): Ending => ({ result }),
    (thrown: unknown): Ending => ({ thrown }),
  );
  const ended = 'result' in ending && !signal.aborted;
  const stopped = ended || (late && !stops.forced.aborted) ? undefined : stops.reason;
  const verdict = judge(step, ending, {
    stopped,
    expired: !ended && (deadline?.aborted ?? false),
    abandoned: !ended && run.besides.aborted,
  });
  return { verdict, result: 'result' in ending ? ending.result : {} };
}
