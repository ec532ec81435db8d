import { readFileSync } from 'node:fs';
import type { Env } from '../spec/spec.ts';
import { connectDocker } from './docker/connect.ts';
import { hostEngine } from './host/host.ts';
import type { ChartEngine, ClusterEngine, KubernetesEngine } from './ports/kubernetes.ts';
import type { Engines } from './ports.ts';

/** The real machines. Nothing is contacted before the first call. */
export function connect({ environment, context }: { readonly environment: Env; readonly context: string | undefined }): Engines {
  const routes = () => readText('/proc/net/route') ?? '';
  const facts = { environment, readFile: readText, context, routes };
  const clusters = lazy<ClusterEngine>(async () => (await import('./kind/connect.ts')).connectClusters(facts));
  const containers = connectDocker(facts);
  const kubernetes = lazy<KubernetesEngine>(async () => (await import('./kubernetes/kubernetes.ts')).kubernetesEngine(containers));
  const charts = lazy<ChartEngine>(async () => (await import('./helm/helm.ts')).helmEngine(facts));
  return { containers, host: hostEngine(), clusters, kubernetes, charts };
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
