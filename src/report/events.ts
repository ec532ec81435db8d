import type { OutputStream } from '../engine/ports.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { CleanupResult, Report, StepReport } from './report.ts';

export type Phase = 'prepare' | 'run' | 'collect' | 'clean up';

/** Everything an onlooker may learn while a run is under way. Renderers and the store consume these; nothing else prints. */
export type RunEvent =
  | { readonly type: 'run.started'; readonly plan: Plan; readonly startedAt: string }
  | { readonly type: 'phase.started'; readonly phase: Phase }
  | { readonly type: 'step.started'; readonly step: Step; readonly attempt: number }
  | { readonly type: 'step.progress'; readonly step: Step; readonly text: string }
  | { readonly type: 'step.output'; readonly step: Step; readonly stream: OutputStream; readonly chunk: Uint8Array }
  | { readonly type: 'step.ended'; readonly step: Step; readonly report: StepReport }
  | { readonly type: 'run.interrupted'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'; readonly count: number }
  /** Something to keep with a failed run, as a file of its own: `inspect-….json`. */
  | { readonly type: 'run.evidence'; readonly name: string; readonly text: string }
  | { readonly type: 'run.warning'; readonly text: string }
  | { readonly type: 'cleanup.ended'; readonly result: CleanupResult }
  | { readonly type: 'run.ended'; readonly report: Report };

/** A returned promise is back-pressure: no more output of that step is read until it settles. */
export type Emit = (event: RunEvent) => void | Promise<void>;

/** Consumes events; `close` resolves when everything it was given is written or known to be lost. */
export interface Onlooker {
  on(event: RunEvent): void | Promise<void>;
  close(): Promise<void>;
}
