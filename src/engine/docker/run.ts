import type { IncomingMessage } from 'node:http';
import { RunnerError } from '../../errors.ts';
import type { Exit, OnOutput, Poised, Running, RunOptions } from '../ports.ts';
import { calledOff, endedUnderSignal, KILLED, settlesWithin } from './abort.ts';
import { Attachment } from './attachment.ts';
import { endpointText } from './endpoint.ts';
import { DaemonRefusal } from './errors.ts';
import { type DaemonClient, segment } from './http.ts';
import { hasProcesses, inspectContainer } from './inspect.ts';
import { killContainer } from './kill.ts';
import { startError } from './start-error.ts';
import { StartWatch } from './start-watch.ts';

/** Starts a created container and stays until it has ended and its last byte was delivered. */
export async function runContainer(client: DaemonClient, name: string, options: RunOptions): Promise<Exit> {
  if (options.signal.aborted) return calledOff(options);
  return letGo(client, name, await begun(client, name), options);
}

/** Starts a created container whose command waits for its standard input. */
export async function poiseContainer(client: DaemonClient, name: string): Promise<Poised> {
  const attached = await begun(client, name);
  return { run: (options) => letGo(client, name, attached, options) };
}

function letGo(client: DaemonClient, name: string, attached: Attached, options: RunOptions): Promise<Exit> {
  const { ended } = followed(client, name, attached, options);
  return endedUnderSignal(ended, options, async (graceMs) => {
    if (graceMs > 0) await killContainer(client, name, 'SIGTERM');
    if (graceMs === 0 || !(await settlesWithin(ended, graceMs))) await killContainer(client, name, 'SIGKILL');
  });
}

/** Starts a created container and comes back at once. */
export async function startContainer(client: DaemonClient, name: string, options: Heard): Promise<Running> {
  return followed(client, name, await begun(client, name), options);
}

interface Heard {
  readonly onOutput: OnOutput;
  readonly stdin?: Uint8Array;
}

/** The attach and the wait are in place before the start, so that nothing it does can be missed. */
async function begun(client: DaemonClient, name: string): Promise<Attached> {
  const attachedTo = await attached(client, name);
  try {
    await client.starts(() =>
      client.done({ method: 'POST', path: `/containers/${segment(name)}/start`, doing: `start container ${name}` }),
    );
  } catch (refusal) {
    attachedTo.attachment.detach();
    attachedTo.exited.destroy();
    throw refusal instanceof DaemonRefusal ? await refusedStart(client, name, refusal) : refusal;
  }
  return attachedTo;
}

function followed(client: DaemonClient, name: string, { attachment, exited }: Attached, { onOutput, stdin }: Heard): Running {
  attachment.writeStdin(stdin);
  const ended = endOf(client, name, { attachment, exited, onOutput });
  ended.catch(() => {}); // whoever starts a container need not listen for its end
  return { ended, detach: () => attachment.detach() };
}

const ATTACH_ALL = { stream: 1, stdin: 1, stdout: 1, stderr: 1 };

interface Attached {
  readonly attachment: Attachment;
  /** The answer to `wait`, begun but not ended. */
  readonly exited: IncomingMessage;
}

/**
 * The answer to `wait` begins when the daemon has begun to wait. A start that is sent before may be over first, and
 * the wait for the next exit then never ends.
 */
async function attached(client: DaemonClient, name: string): Promise<Attached> {
  const path = `/containers/${segment(name)}`;
  const [socket, exited] = await Promise.allSettled([
    client.hijack({ method: 'POST', path: `${path}/attach`, query: ATTACH_ALL, doing: `attach to container ${name}` }),
    client.send({ method: 'POST', path: `${path}/wait`, query: { condition: 'next-exit' }, doing: `wait for container ${name}` }),
  ]);
  if (socket.status === 'fulfilled' && exited.status === 'fulfilled')
    return { attachment: new Attachment(socket.value), exited: exited.value };
  if (socket.status === 'fulfilled') socket.value.destroy();
  if (exited.status === 'fulfilled') exited.value.destroy();
  throw socket.status === 'rejected' ? socket.reason : (exited as PromiseRejectedResult).reason;
}

/** Neither is enough: the wait may end before the last output has come, the output before the exit code is known. */
async function endOf(
  client: DaemonClient,
  name: string,
  { attachment, exited, onOutput }: Attached & { onOutput: OnOutput },
): Promise<Exit> {
  const watch = new StartWatch(onOutput);
  const doing = `pass on the output of container ${name}`;
  const exit = exitCode(client, name, exited);
  const output = attachment.deliver(watch.onOutput, { client, doing });
  const whole = output.then(() => (attachment.detached ? undefined : requireWhole(client, name, exit)));
  const [code] = await Promise.all([exit, whole]);
  const reason = await watch.settle(code);
  if (reason) throw startError({ reason, ...(await programOf(client, name)) });
  const oomKilled = code === KILLED && (await inspectContainer(client, name)).State.OOMKilled;
  return { code, oomKilled };
}

/**
 * The init process holds the output open to the end: output that is over long before was cut off on its way. A busy
 * daemon may be slow to notice an end, so the processes themselves are asked for.
 */
async function requireWhole(client: DaemonClient, name: string, exit: Promise<number>): Promise<void> {
  if (await settlesWithin(exit, EXIT_AFTER_OUTPUT_MS)) return;
  const goesOn = inspectContainer(client, name).then(({ HostConfig }) => HostConfig.Init && hasProcesses(client, name));
  if (!(await goesOn.catch(() => false))) return; // of everything else the wait tells
  throw new RunnerError('docker.gone', `the output of container ${name} broke off`, {
    detail: [`address: ${endpointText(client.endpoint)}`],
    hint: 'Look for a proxy in between that closes idle connections.',
  });
}

const EXIT_AFTER_OUTPUT_MS = 5_000;

async function exitCode(client: DaemonClient, name: string, exited: IncomingMessage): Promise<number> {
  const doing = `wait for container ${name}`;
  const answer = await client.jsonOf<{ StatusCode: number; Error?: { Message?: string } | null }>(exited, doing);
  if (!answer.Error?.Message) return answer.StatusCode;
  throw new RunnerError('docker.failed', `Docker could not ${doing}`, { detail: [`the daemon says: ${answer.Error.Message}`] });
}

async function refusedStart(client: DaemonClient, name: string, refusal: DaemonRefusal): Promise<RunnerError> {
  if (!/OCI runtime create failed|unable to find (user|group)/i.test(refusal.reason)) return refusal;
  return startError({ reason: refusal.reason, cause: refusal, ...(await programOf(client, name)) });
}

async function programOf(client: DaemonClient, name: string): Promise<{ readonly image: string; readonly program: string }> {
  const { Config } = await inspectContainer(client, name);
  const [program = 'program to run'] = [...(Config.Entrypoint ?? []), ...(Config.Cmd ?? [])];
  return { image: Config.Image, program };
}
