import { readFileSync } from 'node:fs';
import { RunnerError } from '../errors.ts';
import type { Env } from '../spec/spec.ts';
import { connectDocker } from './docker/connect.ts';
import { hostEngine } from './host/host.ts';
import type { Engines } from './ports.ts';

/** The real machines. Nothing is contacted before the first call. */
export function connect({ environment, context }: { readonly environment: Env; readonly context: string | undefined }): Engines {
  const routes = () => readText('/proc/net/route') ?? '';
  const containers = connectDocker({ environment, readFile: readText, context, routes });
  return { containers, host: hostEngine(), clusters: absent('clusters'), kubernetes: absent('kubernetes'), charts: absent('charts') };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Until the room of its own is there. */
const absent = (name: string): never =>
  new Proxy(
    {},
    { get: () => () => Promise.reject(new RunnerError('host.failed', `${name} are not in this version of the runner`)) },
  ) as never;
