import type { Plan, Step } from '../plan/plan.ts';
import type { Phase } from '../report/events.ts';
import type { Artifact, StepReport } from '../report/report.ts';
import { type Attempted, attempt } from './attempt.ts';
import type { Scope } from './scope.ts';
import type { Surroundings } from './surroundings.ts';

export interface Ran {
  readonly steps: readonly StepReport[];
  readonly artifacts: readonly Artifact[];
  readonly spentMs: Readonly<Record<Phase, number>>;
}

/** All steps in order, neighbours of one wave side by side; the rest is skipped once something went wrong, but for what asks not to be. */
export async function runSteps(plan: Plan, scope: Scope, around: Surroundings): Promise<Ran> {
  const runStartMs = around.now();
  const done: Attempted[] = [];
  const spentMs = { prepare: 0, run: 0, collect: 0, 'clean up': 0 };
  let phase: Phase | undefined;
  for (const wave of wavesOf(plan.steps)) {
    const startMs = around.now();
    const next = phaseOf(wave[0] as Step);
    if (next !== phase) await around.emit({ type: 'phase.started', phase: next });
    phase = next;
    const reports = done.map(({ report }) => report);
    done.push(
      ...(await Promise.all(
        wave.map((step) => (isDue(step, reports, around) ? attempt(step, scope, around, runStartMs) : skip(step, around, runStartMs))),
      )),
    );
    spentMs[phase] += around.now() - startMs;
  }
  return { steps: done.map(({ report }) => report), artifacts: done.flatMap(({ result }) => result.artifacts ?? []), spentMs };
}

export function wavesOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const waves: Step[][] = [];
  for (const step of steps) {
    const last = waves.at(-1);
    if (last && step.wave !== undefined && last[0]?.kind === step.kind && last[0].wave === step.wave) last.push(step);
    else waves.push([step]);
  }
  return waves;
}

const phaseOf = ({ kind }: Step): Phase => (kind === 'task' ? 'run' : kind === 'artifacts' ? 'collect' : 'prepare');

/** An environment that could not be made ready has nothing to offer, not even to steps that always run. */
function isDue({ when, kind }: Step, done: readonly StepReport[], { stops }: Surroundings): boolean {
  const unready = done.some((one) => one.kind !== 'task' && one.kind !== 'artifacts' && one.status !== 'passed');
  if (unready || stops.forced.aborted) return false;
  const wrong =
    stops.reason !== undefined ||
    done.some((one) => one.kind === 'task' && one.status !== 'passed' && one.status !== 'skipped' && !one.allowed);
  if (stops.reason?.by === 'signal' && when === 'failure') return false;
  if (kind !== 'task' && kind !== 'artifacts') return !wrong;
  return when === 'always' || (when === 'failure') === wrong;
}

async function skip(step: Step, { emit, now }: Surroundings, runStartMs: number): Promise<Attempted> {
  const report: StepReport = {
    name: step.name,
    kind: step.kind,
    status: 'skipped',
    startedMs: now() - runStartMs,
    durationMs: 0,
    attempts: 0,
  };
  await emit({ type: 'step.ended', step, report });
  return { report, result: {} };
}
