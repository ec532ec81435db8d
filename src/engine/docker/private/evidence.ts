import type { DaemonClient } from '../http.ts';
import { inside } from './inside.ts';

const LAST_LINES = 200;

const QUESTIONS: Readonly<Record<string, string>> = {
  'private-daemon-containers.txt': 'docker ps --all --no-trunc',
  'private-daemon-logs.txt': `for one in $(docker ps --all --quiet); do docker inspect --format '== {{.Name}} {{.Config.Image}} {{.State.Status}} {{.State.ExitCode}}' $one; docker logs --tail ${LAST_LINES} $one 2>&1; done`,
  'private-daemon-disk.txt': 'docker system df --verbose',
};

/** See `PrivateDaemons.evidence`. */
export async function daemonEvidence(client: DaemonClient, daemon: string): Promise<ReadonlyMap<string, string>> {
  const asked = Object.entries(QUESTIONS).map(async ([file, script]) => {
    const text = await inside(client, daemon, ['sh', '-c', script], { signal: AbortSignal.timeout(10_000) }).catch(
      (error: Error) => error.message,
    );
    return [file, `${text}\n`] as const;
  });
  return new Map(await Promise.all(asked));
}
