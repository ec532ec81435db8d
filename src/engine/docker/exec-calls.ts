import { setTimeout as delay } from 'node:timers/promises';
import { Attachment } from './attachment.ts';
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
  for (let pauseMs = 5; ; pauseMs = Math.min(2 * pauseMs, 250)) {
    const { Running, ExitCode } = await client.json<{ Running: boolean; ExitCode: number | null }>({
      method: 'GET',
      path: `/exec/${id}/json`,
      doing: 'learn how a process in a container ended',
    });
    if (!Running && ExitCode !== null) return ExitCode;
    await delay(pauseMs);
  }
}
