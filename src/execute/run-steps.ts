import type { Plan, Step, StepKind } from '../plan/plan.ts';
import type { Resource } from '../plan/resource.ts';
import type { Phase } from '../report/events.ts';
import type { Artifact, StepReport } from '../report/report.ts';
import { Ahead } from './ahead.ts';
import { type Attempted, attempt, type Under } from './attempt.ts';
import { Milestones } from './milestones.ts';
import type { Scope } from './scope.ts';
import type { Surroundings } from './surroundings.ts';

export interface Ran {
  readonly steps: readonly StepReport[];
  readonly artifacts: readonly Artifact[];
  readonly spentMs: Readonly<Record<Phase, number>>;
}

/** All steps in order, neighbours of one wave side by side; the rest is skipped once something went wrong, but for what asks not to be. */
export async function runSteps(plan: Plan, scope: Scope, around: Surroundings): Promise<Ran> {
  const run = { around, scope, ahead: new Ahead(scope, around), milestones: new Milestones(), startMs: around.now() };
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
    const attempted = await takeAll(wave, { run, before, following: waves[index + 1] ?? [] });
    done.push(...attempted);
    // what was begun for a step that is skipped may still be in the making
    if (disposable && attempted.every(({ report }) => report.status !== 'skipped')) scope.release(disposable);
    spentMs[phase] += around.now() - startMs;
  }
  await run.ahead.settle();
  return { steps: done.map(({ report }) => report), artifacts: done.flatMap(({ result }) => result.artifacts ?? []), spentMs };
}

interface Turn {
  readonly run: Omit<Under, 'besides'>;
  readonly before: readonly StepReport[];
  readonly following: readonly Step[];
}

/** Side by side, each after those it needs. The first that goes wrong stops the others: what they would have made has no use any more. */
async function takeAll(wave: readonly Step[], turn: Turn): Promise<readonly Attempted[]> {
  const besides = new AbortController();
  const run = { ...turn.run, besides: besides.signal };
  const begun = new Map<string, Promise<Attempted>>();
  const begin = async (step: Step): Promise<Attempted> => {
    const needed = await Promise.all((step.needs ?? []).map((name) => begun.get(name)));
    const attempted = await take(step, { ...turn, before: [...turn.before, ...needed.flatMap((one) => one?.report ?? [])], run });
    const { status, allowed } = attempted.report;
    if (step.kind === 'container') run.milestones.over(step.container.name, status === 'passed');
    if ((status === 'failed' || status === 'errored') && !allowed) besides.abort();
    return attempted;
  };
  const following = beginFollowing(wave, turn);
  for (const step of wave) begun.set(step.name, begin(step));
  const attempted = await Promise.all(begun.values());
  await following; // a wave that fails at once is over before what it begins: nobody would wait for that
  return attempted;
}

async function take(step: Step, { run, before }: Turn & { readonly run: Under }): Promise<Attempted> {
  const isSettled = async () => step.kind !== 'container' || !step.after || run.milestones.all(step.after);
  return isDue(step, before, run.around) && (await isSettled()) ? attempt(step, run) : skip(step, run);
}

/**
 * Makes the containers of the wave to come. Those beside the steps need no network before they start; those of tasks are
 * begun once the containers are up that hold their network and their files.
 */
async function beginFollowing(wave: readonly Step[], { run, before, following }: Turn): Promise<void> {
  const begun = following.filter(({ kind, when }) => when === 'success' && BEGUN_BESIDE[kind]?.includes(wave[0]?.kind));
  if (begun.length === 0 || !wave.every((step) => isDue(step, before, run.around))) return;
  const holders = wave.flatMap((step) => (step.kind === 'container' && step.role !== 'service' ? [[step.container.name, 'started']] : []));
  if (await run.milestones.all(Object.fromEntries(holders))) for (const step of begun) run.ahead.begin(step);
}

/** What may be under way when a container is made: nothing that makes its volumes or its image. */
const BEGUN_BESIDE: Readonly<Partial<Record<StepKind, readonly (StepKind | undefined)[]>>> = {
  container: ['network'],
  task: ['container', 'task'],
};

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
