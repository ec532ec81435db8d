import type { Exit, OnOutput, Running } from '../engine/ports.ts';
import { RunnerError } from '../errors.ts';
import type { StepOf } from '../plan/plan.ts';
import { Tail } from '../report/tail.ts';
import { aborted } from './aborted.ts';
import type { StepContext, StepResult } from './handlers.ts';
import { noteDriver } from './private-daemon.ts';
import { untilReady } from './ready.ts';

/** A container beside the steps. A service that ends with a failure ends the run at once, with its last lines on the screen. */
export async function startContainer(step: StepOf<'container'>, context: StepContext): Promise<StepResult> {
  const { container, role } = step;
  await context.ahead.take(container, context.onProgress);
  context.signal.throwIfAborted();
  const tail = new Tail();
  const onOutput: OnOutput = (stream, chunk) => {
    tail.push(stream, chunk);
    return context.onOutput(stream, chunk);
  };
  const running = await context.around.engines.containers.start(container.name, { onOutput });
  context.milestones.reached(container.name, 'started');
  context.scope.defer(async () => running.detach());
  const died = diedOf(step, { running, tail }, context);
  if (role !== 'holder') died.catch((error: RunnerError) => context.around.stops.stop({ by: 'failure', service: step.name, error }));
  else died.catch(() => undefined);
  return awaited(step, died, context);
}

/** What comes next waits for the container's end, or its readiness, or for nothing. */
async function awaited(step: StepOf<'container'>, died: Promise<undefined>, context: StepContext): Promise<StepResult> {
  const { ready, untilEnd } = step;
  if (!ready && !untilEnd) return {};
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  const asked = ready ? untilReady(step, ready, { ...context, signal }) : aborted(signal);
  const ended = died.then(() => (untilEnd ? undefined : Promise.reject(endedEarly(step))));
  const readiness = await Promise.race([asked, ended]).finally(() => over.abort());
  if (readiness === undefined) return { note: 'ended with 0' };
  if (step.role !== 'daemon') return { note: `${readiness.after} (${readiness.asked})` };
  return { note: `${readiness.after}, ${await noteDriver(readiness.said, context)}` };
}

const endedEarly = ({ name }: StepOf<'container'>): RunnerError =>
  new RunnerError('service.not-ready', `service ${name} ended before it was ready`, {
    hint: `\`runner logs last ${name}\` shows what it said.`,
  });

interface Started {
  readonly running: Running;
  readonly tail: Tail;
}

/** Settles when the container has ended: quietly with 0 (a one-off that did its work), else with why. */
async function diedOf(
  { name, container }: StepOf<'container'>,
  { running, tail }: Started,
  { around, milestones, signal }: StepContext,
): Promise<undefined> {
  const exit: Exit = await running.ended;
  const isOurs = around.stops.signal.aborted || signal.aborted || milestones.isDismissed(container.name);
  if (exit.code === 0 || isOurs) return undefined;
  throw new RunnerError('service.failed', `service ${name} ended with exit code ${exit.code}`, {
    detail: [
      `image ${container.image}`,
      ...(exit.oomKilled ? ['the kernel killed it for want of memory'] : []),
      ...tail.lines().map((line) => `| ${line}`),
    ],
    hint: `\`runner logs last ${name}\` shows all it said.`,
  });
}
