import type { Plan, Step } from '../plan/plan.ts';
import type { Resource } from '../plan/resource.ts';
import type { Phase } from '../report/events.ts';
import type { Artifact, StepReport } from '../report/report.ts';
import { Ahead } from './ahead.ts';
import { type Attempted, attempt, type Under } from './attempt.ts';
import type { Scope } from './scope.ts';
import type { Surroundings } from './surroundings.ts';

export interface Ran {
  readonly steps: readonly StepReport[];
  readonly artifacts: readonly Artifact[];
  readonly spentMs: Readonly<Record<Phase, number>>;
}

/** All steps in order, neighbours of one wave side by side; the rest is skipped once something went wrong, but for what asks not to be. */
export async function runSteps(plan: Plan, scope: Scope, around: Surroundings): Promise<Ran> {
  const run: Under = { around, scope, ahead: new Ahead(scope, around), startMs: around.now() };
  const done: Attempted[] = [];
  const spentMs = { prepare: 0, run: 0, collect: 0, 'clean up': 0 };
  const waves = wavesOf(plan.steps);
  let phase: Phase | undefined;
  for (const [index, wave] of waves.entries()) {
    const startMs = around.now();
    const next = phaseOf(wave[0] as Step);
    if (next !== phase) await around.emit({ type: 'phase.started', phase: next });
    phase = next;
    const [before, disposable] = [done.map(({ report }) => report), disposableIn(plan, wave)];
    done.push(...(await together(wave, { run, before, following: waves[index + 1]?.[0] })));
    if (disposable) scope.release(disposable);
    spentMs[phase] += around.now() - startMs;
  }
  await run.ahead.settle();
  return { steps: done.map(({ report }) => report), artifacts: done.flatMap(({ result }) => result.artifacts ?? []), spentMs };
}

interface Turn {
  readonly run: Under;
  readonly before: readonly StepReport[];
  readonly following: Step | undefined;
}

/** Each after those it names. What could not be made ready ends its neighbours, too: nobody would use what they make. */
function together(wave: readonly Step[], turn: Turn): Promise<readonly Attempted[]> {
  const { stops } = turn.run.around;
  const begun = new Map<string, Promise<Attempted>>();
  const begin = async (step: Step): Promise<Attempted> => {
    const needed = await Promise.all((step.after ?? []).map((name) => begun.get(name)));
    const attempted = await take(step, { ...turn, before: [...turn.before, ...needed.flatMap((one) => one?.report ?? [])] });
    const { kind, status, error } = attempted.report;
    if (wave.length > 1 && kind !== 'task' && status === 'errored' && error) stops.stop({ by: 'failure', service: step.name, error });
    return attempted;
  };
  for (const step of wave) begun.set(step.name, begin(step));
  return Promise.all(begun.values());
}

function take(step: Step, { run, before, following }: Turn): Promise<Attempted> {
  if (!isDue(step, before, run.around)) return skip(step, run);
  if (step.kind === 'task' && following?.when === 'success') run.ahead.begin(following);
  return attempt(step, run);
}

/** The container of a step that is over, unless somebody may still want to look into it: removed while the next step runs. */
function disposableIn({ steps, keep, collect }: Plan, [step]: readonly Step[]): Resource | undefined {
  if (step?.kind !== 'task' || step.place.in !== 'container' || keep.when !== 'never' || collect.some((one) => one !== 'logs'))
    return undefined;
  const { name } = step.place.container;
  const isSource = steps.some((one) => one.kind === 'artifacts' && 'container' in one.from && one.from.container === name);
  return isSource ? undefined : { kind: 'container', name };
}

export function wavesOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const waves: Step[][] = [];
  for (const step of steps) {
    const last = waves.at(-1);
    if (last && step.wave !== undefined && last[0]?.wave === step.wave && phaseOf(last[0]) === phaseOf(step)) last.push(step);
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

async function skip(step: Step, { around: { emit, now }, startMs }: Under): Promise<Attempted> {
  const report: StepReport = {
    name: step.name,
    kind: step.kind,
    status: 'skipped',
    startedMs: now() - startMs,
    durationMs: 0,
    attempts: 0,
  };
  await emit({ type: 'step.ended', step, report });
  return { report, result: {} };
}
