import type { ClusterEngine } from '../../src/engine/ports/kubernetes.ts';
import type { Engines } from '../../src/engine/ports.ts';
import { RunnerError } from '../../src/errors.ts';

/** Machines of which a test has only some, and no clusters but those it makes: a call to another fails the test. */
export const enginesOf = (some: Partial<Engines>): Engines => ({
  containers: absent('containers'),
  host: absent('host'),
  clusters: absent<ClusterEngine>('clusters', { nodes: async () => [] }),
  kubernetes: absent('kubernetes'),
  charts: absent('charts'),
  ...some,
});

const absent = <T extends object>(name: string, known: Partial<T> = {}): T =>
  new Proxy(known, {
    get: (calls, call) =>
      Reflect.get(calls, call) ?? (() => Promise.reject(new RunnerError('runner.bug', `no ${name}.${String(call)} here`))),
  }) as T;
