import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Env } from '../spec/spec.ts';
import { connectDocker } from './docker/connect.ts';
import { connectSelf } from './docker/self/connect.ts';
import { hostEngine } from './host/host.ts';
import type { Engines } from './ports.ts';

/** The real machines. Nothing is contacted before the first call. */
export function connect({ environment, context }: { readonly environment: Env; readonly context: string | undefined }): Engines {
  const routes = () => readText('/proc/net/route') ?? '';
  const facts = { environment, readFile: readText, context };
  return {
    containers: connectDocker({ ...facts, routes }),
    host: hostEngine(),
    self: connectSelf({ ...facts, hostname, exists: existsSync }),
  };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
