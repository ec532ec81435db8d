import type { Readable } from 'node:stream';
import { RunnerError } from '../../../errors.ts';
import { execText } from '../exec-stream.ts';
import type { DaemonClient } from '../http.ts';

/** What a program says in the daemon's container, where `docker` is that daemon. Rejects with its last lines when it fails. */
export async function inside(
  client: DaemonClient,
  daemon: string,
  command: readonly string[],
  input: { readonly stdin?: Readable; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const { code, stdout, stderr } = await execText(client, daemon, ['sh', '-c', WHICH, 'sh', ...command], input);
  if (code === 0) return stdout.trim();
  throw new RunnerError('docker.failed', `the private daemon could not ${command.slice(0, 2).join(' ')}`, {
    detail: [...stderr.trim().split('\n').slice(-5), `exit code ${code}`],
    hint: 'The log of the step `private daemon` has what the daemon said.',
  });
}

/** With certificates the image's own entrypoint opens the usual socket; without, there is only the one that the steps share. */
export const WHICH = `[ -S /run/private-docker/docker.sock ] && export DOCKER_HOST=unix:///run/private-docker/docker.sock; unset DOCKER_TLS_VERIFY; exec "$@"`;
