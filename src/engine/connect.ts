import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Env } from '../spec/spec.ts';
import { connectDocker } from './docker/connect.ts';
import { connectorOf, dialerOf } from './docker/dial.ts';
import { connectSelf } from './docker/self/connect.ts';
import { hostEngine } from './host/host.ts';
import type { ChartEngine, ClusterEngine, KubernetesEngine } from './ports/kubernetes.ts';
import type { PrivateDaemons } from './ports/private-daemons.ts';
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
  const facts = { environment, readFile: readText, context, routes };
  const containers = connectDocker(facts);
  return {
    containers,
    host: hostEngine(),
    clusters: lazy<ClusterEngine>(async () => (await import('./kind/connect.ts')).connectClusters(facts)),
    kubernetes: lazy<KubernetesEngine>(async () => (await import('./kubernetes/kubernetes.ts')).kubernetesEngine(containers)),
    charts: lazy<ChartEngine>(async () => (await import('./helm/helm.ts')).helmEngine(facts)),
    sockets: {
      open: async (plan, book) =>
        (await import('./socket/open.ts')).openSocket(plan, { book, dial: dialerOf(facts), connect: connectorOf(facts) }),
    },
    privateDaemons: lazy<PrivateDaemons>(async () => (await import('./docker/private/connect.ts')).connectPrivateDaemons(facts)),
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

/** An engine that few runs need: its room is read with the first call. Every call of it returns a promise. */
function lazy<T extends object>(open: () => Promise<T>): T {
  let engine: Promise<T> | undefined;
  const call =
    (name: keyof T) =>
    async (...args: unknown[]) => {
      engine ??= open();
      return ((await engine)[name] as (...args: unknown[]) => unknown)(...args);
    };
  return new Proxy({}, { get: (_, name) => call(name as keyof T) }) as T;
}
