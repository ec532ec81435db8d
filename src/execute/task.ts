import type { Exit, RunOptions } from '../engine/ports.ts';
import { GO, secretsInput } from '../plan/command.ts';
import type { ContainerPlan, StepOf } from '../plan/plan.ts';
import type { StepContext, StepResult } from './handlers.ts';

/** A step of the user, to its end. An exit code is a result, whatever it is. */
export async function runTask({ place }: StepOf<'task'>, context: StepContext): Promise<StepResult> {
  const { containers, host } = context.around.engines;
  switch (place.in) {
    case 'container':
      return { exit: await inContainer(place.container, context) };
    case 'exec': {
      const { container, stdin } = place.exec;
      return { exit: await forcible(containers.exec(place.exec, optionsOf(context, stdin)), context, () => containers.stop(container)) };
    }
    case 'process': {
      const { marker, stdin } = place.process;
      context.scope.own({ kind: 'processes', name: marker });
      return { exit: await forcible(host.run(place.process, optionsOf(context, stdin)), context, () => host.killMarked(marker)) };
    }
  }
}

/** The second signal does not wait for the grace that the first one gave. */
async function forcible(ended: Promise<Exit>, { around }: StepContext, kill: () => Promise<void>): Promise<Exit> {
  const { forced } = around.stops;
  const onForced = (): void => void kill().catch(() => undefined);
  forced.addEventListener('abort', onForced, { once: true });
  return ended.finally(() => forced.removeEventListener('abort', onForced));
}

/** An attempt after the first gets a container as new as the first one's. */
async function inContainer(plan: ContainerPlan, context: StepContext): Promise<Exit> {
  const { containers } = context.around.engines;
  if (context.attempt > 1) await containers.removeContainer(plan.name);
  const poised = await context.ahead.take(plan, context.onProgress);
  context.signal.throwIfAborted();
  const options = optionsOf(context, plan.stdin);
  return forcible(poised ? poised.run(options) : containers.run(plan.name, options), context, () => containers.stop(plan.name));
}

function optionsOf({ around, signal, onOutput }: StepContext, stdin: ContainerPlan['stdin']): RunOptions {
  const options = { signal, onOutput, killAfterMs: around.stops.killAfterMs };
  if (stdin === 'none') return options;
  return { ...options, stdin: stdin === 'go' ? GO : secretsInput([...around.secrets.values()]) };
}
