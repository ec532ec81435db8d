import { setTimeout as delay } from 'node:timers/promises';
import { Attachment } from './attachment.ts';
import { isNotFound } from './errors.ts';
import { type DaemonClient, segment } from './http.ts';

/** Resolves with the id; nothing runs yet. */
export async function createExec(client: DaemonClient, container: string, body: Readonly<Record<string, unknown>>): Promise<string> {
  const { Id } = await client.json<{ Id: string }>({
    method: 'POST',
    path: `/containers/${segment(container)}/exec`,
    body: { AttachStdout: true, AttachStderr: true, ...body },
    doing: `prepare a process in container ${container}`,
  });
  return Id;
}

/** A program that cannot be started is not refused here: its exit code is 126 or 127, its output says why. */
export const startExec = async (client: DaemonClient, id: string): Promise<Attachment> =>
  new Attachment(
    await client.hijack({
      method: 'POST',
      path: `/exec/${id}/start`,
      body: { Detach: false, Tty: false },
      doing: 'start a process in a container',
    }),
  );

/** Its output may end before it does; asks until it has ended. */
export async function exitCodeOfExec(client: DaemonClient, id: string): Promise<number> {
  return (await exitBefore(client, id, Number.POSITIVE_INFINITY)) as number;
}

/** True also when its container has gone meanwhile, and took it along. */
export const endsWithin = async (client: DaemonClient, id: string, ms: number): Promise<boolean> =>
  exitBefore(client, id, performance.now() + ms).then(
    (code) => code !== undefined,
    (thrown) => {
      if (isNotFound(thrown)) return true;
      throw thrown;
    },
  );

/** Undefined when it still runs at the deadline. */
async function exitBefore(client: DaemonClient, id: string, deadlineMs: number): Promise<number | undefined> {
  for (let pauseMs = 5; ; pauseMs = Math.min(2 * pauseMs, 250)) {
    const { Running, ExitCode } = await client.json<{ Running: boolean; ExitCode: number | null }>({
      method: 'GET',
      path: `/exec/${id}/json`,
      doing: 'learn how a process in a container ended',
    });
    if (!Running && ExitCode !== null) return ExitCode;
    if (performance.now() > deadlineMs) return undefined;
    await delay(pauseMs);
  }
}
