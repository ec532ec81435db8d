import { readFileSync } from 'node:fs';
import { RunnerError } from '../errors.ts';
import { listeningIn } from '../execute/listening.ts';
import type { LoadedSpec } from '../spec/load.ts';
import type { ReadySpec } from '../spec/spec.ts';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

/**
 * With `network: host` the services share the ports of this machine: one that somebody else has would make the service fail, and
 * its `ready` come true all the same. Throws `port.in-use`. For a runner on the daemon's own machine only.
 */
export function refuseTakenPorts({ spec, placeOf }: LoadedSpec): void {
  if (spec.network?.type !== 'host') return;
  const tables = TABLES.map(textOf).join('\n');
  for (const [index, { name, ready }] of spec.services.entries()) {
    const asked = ready && portIn(ready);
    if (asked === undefined || listeningIn(tables, asked.port) === 'nowhere') continue;
    throw new RunnerError('port.in-use', `port ${asked.port} of service ${name} is in use on this machine`, {
      at: placeOf(['services', index, 'ready', asked.field]),
      detail: ['with `network: host` the service would have to share it'],
      hint: `See who has it: ss -ltnp 'sport = :${asked.port}'. Or give the run a network of its own: \`network: job\`.`,
    });
  }
}

function portIn(ready: ReadySpec): { readonly field: string; readonly port: number } | undefined {
  if ('tcp' in ready) return { field: 'tcp', port: ready.tcp };
  const [, port] = ('http' in ready && /^https?:\/\/(?:localhost|127\.0\.0\.1)?:(\d+)/.exec(ready.http)) || [];
  return port === undefined ? undefined : { field: 'http', port: Number(port) };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // no such table: nothing is known
  }
}
