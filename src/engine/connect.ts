import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Env } from '../spec/spec.ts';
import { connectDocker } from './docker/connect.ts';
import { dialerOf } from './docker/dial.ts';
import { connectSelf } from './docker/self/connect.ts';
import { hostEngine } from './host/host.ts';
import type { ShellEngine } from './ports/shell.ts';
import type { RunEngines } from './ports.ts';

/** The real machines. Nothing is contacted before the first call. */
export function connect({
  environment,
  context,
}: {
  readonly environment: Env;
  readonly context: string | undefined;
}): RunEngines & { readonly shells: ShellEngine } {
  const routes = () => readText('/proc/net/route') ?? '';
  const facts = { environment, readFile: readText, context };
  return {
    containers: connectDocker({ ...facts, routes }),
    host: hostEngine(),
    sockets: { open: async (plan, book) => (await import('./socket/open.ts')).openSocket(plan, { book, dial: dialerOf(facts) }) },
    shells: { open: async (container, terminal) => (await import('./docker/shell.ts')).openShell(facts, container, terminal) },
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
