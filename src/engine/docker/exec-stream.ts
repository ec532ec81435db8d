import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Attachment } from './attachment.ts';
import { createExec, exitCodeOfExec, startExec } from './exec-calls.ts';
import type { DaemonClient } from './http.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecInput {
  /** Read to its end as the program's standard input. */
  readonly stdin?: Readable;
  /** Cuts the connection: the program is left to find out by itself. */
  readonly signal?: AbortSignal;
}

/** Runs a small program in a container that runs, as root, and takes what it says. Any exit code is an answer. */
export async function execText(
  client: DaemonClient,
  container: string,
  command: readonly string[],
  { stdin, signal }: ExecInput = {},
): Promise<Said> {
  signal?.throwIfAborted();
  const id = await createExec(client, container, { Cmd: command, AttachStdin: stdin !== undefined });
  const attachment = await startExec(client, id);
  const onAbort = (): void => attachment.detach();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const said = textsOf(attachment, { client, container });
    // A program that has said why it ends reads no more: what it said is what counts.
    if (stdin) await Promise.all([said, attachment.pipeStdin(stdin).catch(() => undefined)]);
    const { stdout, stderr } = await said;
    signal?.throwIfAborted();
    return { code: await exitCodeOfExec(client, id), stdout, stderr };
  } finally {
    signal?.removeEventListener('abort', onAbort);
    attachment.detach();
  }
}

export interface ExecOutput {
  /** Gets standard output, no faster than it takes it; left open. */
  readonly sink: Writable;
  readonly signal: AbortSignal;
}

/** The same for a program whose output is too much to hold. */
export async function execOutput(
  client: DaemonClient,
  container: string,
  command: readonly string[],
  { sink, signal }: ExecOutput,
): Promise<Omit<Said, 'stdout'>> {
  signal.throwIfAborted();
  const id = await createExec(client, container, { Cmd: command });
  const attachment = await startExec(client, id);
  const onAbort = (): void => attachment.detach();
  signal.addEventListener('abort', onAbort, { once: true });
  const stderr: Uint8Array[] = [];
  try {
    await attachment.deliver((stream, chunk) => (stream === 'stderr' ? void stderr.push(chunk) : written(sink, chunk)), {
      client,
      doing: `run a program in container ${container}`,
    });
    signal.throwIfAborted();
    return { code: await exitCodeOfExec(client, id), stderr: Buffer.concat(stderr).toString() };
  } finally {
    signal.removeEventListener('abort', onAbort);
    attachment.detach();
  }
}

/** Resolves when there is room again; what a sink that was closed does not take is dropped. */
async function written(sink: Writable, chunk: Uint8Array): Promise<void> {
  if (sink.destroyed || sink.write(chunk)) return;
  const over = new AbortController();
  await Promise.race(['drain', 'close'].map((event) => once(sink, event, { signal: over.signal }).catch(() => undefined)));
  over.abort();
}

async function textsOf(attachment: Attachment, { client, container }: { readonly client: DaemonClient; readonly container: string }) {
  const said = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  await attachment.deliver((stream, chunk) => void said[stream].push(chunk), { client, doing: `run a program in container ${container}` });
  return { stdout: Buffer.concat(said.stdout).toString(), stderr: Buffer.concat(said.stderr).toString() };
}
