import { readFileSync } from 'node:fs';
import { RunnerError } from '../errors.ts';
import type { Env } from '../spec/spec.ts';
import { connectDocker } from './docker/connect.ts';
import { hostEngine } from './host/host.ts';
import type { ClusterEngine, KubernetesEngine } from './ports/kubernetes.ts';
import type { Engines } from './ports.ts';

/** The real machines. Nothing is contacted before the first call. */
export function connect({ environment, context }: { readonly environment: Env; readonly context: string | undefined }): Engines {
  const routes = () => readText('/proc/net/route') ?? '';
  const facts = { environment, readFile: readText, context, routes };
  const clusters = lazy<ClusterEngine>(async () => (await import('./kind/connect.ts')).connectClusters(facts));
  const containers = connectDocker(facts);
  const kubernetes = lazy<KubernetesEngine>(async () => (await import('./kubernetes/kubernetes.ts')).kubernetesEngine(containers));
  return { containers, host: hostEngine(), clusters, kubernetes, charts: absent('charts') };
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

/** Until the room of its own is there. */
const absent = (name: string): never =>
  new Proxy(
    {},
    { get: () => () => Promise.reject(new RunnerError('host.failed', `${name} are not in this version of the runner`)) },
  ) as never;
