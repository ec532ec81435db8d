import type { Readable } from 'node:stream';
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

async function textsOf(attachment: Attachment, { client, container }: { readonly client: DaemonClient; readonly container: string }) {
  const said = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  await attachment.deliver((stream, chunk) => void said[stream].push(chunk), { client, doing: `run a program in container ${container}` });
  return { stdout: Buffer.concat(said.stdout).toString(), stderr: Buffer.concat(said.stderr).toString() };
}
