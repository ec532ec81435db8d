import { PassThrough, type Readable } from 'node:stream';
import { isNotFound } from './errors.ts';
import { type DaemonClient, segment } from './http.ts';

/**
 * The tree at a path of a container that is not running, as a tar whose names begin with the path's last part.
 * Undefined: no such path. A stream that breaks is destroyed with a RunnerError.
 */
export async function downloadTree(client: DaemonClient, container: string, path: string): Promise<Readable | undefined> {
  const doing = `read ${path} of container ${container}`;
  try {
    const response = await client.send({ method: 'GET', path: `/containers/${segment(container)}/archive`, query: { path }, doing });
    const tree = response.pipe(new PassThrough());
    response.on('error', (error) => void client.errorOf(error, doing).then((failure) => tree.destroy(failure)));
    tree.on('close', () => response.destroy());
    return tree;
  } catch (refusal) {
    if (!isNotFound(refusal) || /no such container/i.test(refusal.reason)) throw refusal;
    return undefined;
  }
}
