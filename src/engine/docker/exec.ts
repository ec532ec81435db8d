import { setTimeout as delay } from 'node:timers/promises';
import { RunnerError } from '../../errors.ts';
import type { ExecPlan } from '../../plan/plan.ts';
import type { Exit, RunOptions } from '../ports.ts';
import { calledOff, endedUnderSignal, KILLED } from './abort.ts';
import type { Attachment } from './attachment.ts';
import { isNotFound } from './errors.ts';
import { createExec, endsWithin, exitCodeOfExec, startExec } from './exec-calls.ts';
import type { DaemonClient } from './http.ts';
import { inspectContainer } from './inspect.ts';
import { killContainer } from './kill.ts';
import { killMarked } from './kill-marked.ts';
import { startError } from './start-error.ts';
import { StartWatch } from './start-watch.ts';

/** Runs one more process in a container that runs; an abort ends everything that carries the plan's marker. */
export async function execInContainer(client: DaemonClient, plan: ExecPlan, options: RunOptions): Promise<Exit> {
  if (options.signal.aborted) return calledOff(options);
  const id = await createExec(client, plan.container, bodyOf(plan));
  const attachment = await startExec(client, id);
  attachment.writeStdin(options.stdin);
  const ended = endOf(client, plan, { id, attachment, options }).finally(() => attachment.detach());
  return endedUnderSignal(ended, options, async (graceMs) => {
    await killMarked(client, plan, graceMs);
    if (!(await endsWithin(client, id, STRAGGLER_MS))) await killContainer(client, plan.container, 'SIGKILL');
  });
}

/** A process that shed its marker is out of reach; its container is not. */
const STRAGGLER_MS = 1000;

const bodyOf = ({ command, env, user, dir, stdin, marker }: ExecPlan): Record<string, unknown> => ({
  Cmd: command,
  Env: [...new Set([...Object.entries(env).map(([name, value]) => `${name}=${value}`), marker])],
  ...(user !== undefined && { User: user }),
  ...(dir !== undefined && { WorkingDir: dir }),
  AttachStdin: stdin === 'secrets',
});

interface Started {
  readonly id: string;
  readonly attachment: Attachment;
  readonly options: RunOptions;
}

async function endOf(client: DaemonClient, plan: ExecPlan, { id, attachment, options }: Started): Promise<Exit> {
  const watch = new StartWatch(options.onOutput);
  try {
    await attachment.deliver(watch.onOutput, { client, doing: `pass on the output of a step in container ${plan.container}` });
    const code = await exitCodeOfExec(client, id);
    const reason = await watch.settle(code);
    if (reason) throw await notStarted(client, plan, reason);
    return code === KILLED ? await killedBy(client, plan, options.signal) : { code, oomKilled: false };
  } catch (thrown) {
    throw isNotFound(thrown) ? containerGone(plan, 'it was removed') : thrown;
  }
}

/** A container takes its processes along, and the daemon may hear of its own end a little later than of theirs. */
const LAST_TO_KNOW_MS = 2000;
const PAUSE_MS = 100;

/** Memory that ran out is the build's own doing, and so is a kill inside; a container that stopped under it is not. */
async function killedBy(client: DaemonClient, plan: ExecPlan, signal: AbortSignal): Promise<Exit> {
  const deadlineMs = performance.now() + LAST_TO_KNOW_MS;
  for (;;) {
    if (signal.aborted) return { code: KILLED, oomKilled: false };
    const { State } = await inspectContainer(client, plan.container);
    if (State.OOMKilled) return { code: KILLED, oomKilled: true };
    if (!State.Running) throw containerGone(plan, `it exited with code ${State.ExitCode}`);
    if (performance.now() > deadlineMs) return { code: KILLED, oomKilled: false };
    await delay(PAUSE_MS);
  }
}

const containerGone = ({ container }: ExecPlan, how: string): RunnerError =>
  new RunnerError('docker.failed', `container ${container} stopped while a step ran in it`, {
    detail: [how],
    hint: 'Look whether somebody or something else on this daemon stops containers.',
  });

async function notStarted(client: DaemonClient, { container, command }: ExecPlan, reason: string): Promise<RunnerError> {
  const { Config } = await inspectContainer(client, container);
  return startError({ image: Config.Image, program: command[0] ?? '', reason });
}
