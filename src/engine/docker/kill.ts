import { isConflict, isNotFound } from './errors.ts';
import { type DaemonClient, segment } from './http.ts';

/** Fine when it has stopped already, or never was. */
export async function killContainer(client: DaemonClient, name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const path = `/containers/${segment(name)}/kill`;
  await client.done({ method: 'POST', path, query: { signal }, doing: `kill container ${name}` }).catch((refusal) => {
    if (!isConflict(refusal) && !isNotFound(refusal)) throw refusal;
  });
}

/** Killed, and stopped when the promise resolves. */
export async function stopContainer(client: DaemonClient, name: string): Promise<void> {
  await killContainer(client, name, 'SIGKILL');
  const path = `/containers/${segment(name)}/wait`;
  await client.done({ method: 'POST', path, query: { condition: 'not-running' }, doing: `wait for container ${name}` }).catch((refusal) => {
    if (!isNotFound(refusal)) throw refusal;
  });
}
