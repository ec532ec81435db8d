import type { Readable } from 'node:stream';
import type { DaemonClient } from './http.ts';

/** The images as one archive, straight out of the daemon: layers that they share are in it once. */
export const saved = (client: DaemonClient, names: readonly string[], signal: AbortSignal): Promise<Readable> =>
  client.send({
    method: 'GET',
    path: `/images/get?${new URLSearchParams(names.map((name): [string, string] => ['names', name]))}`,
    signal,
    doing: `save ${names.join(', ')}`,
  });
