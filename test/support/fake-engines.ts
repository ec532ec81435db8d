import type { Engines } from '../../src/engine/ports.ts';
import { RunnerError } from '../../src/errors.ts';

/** Machines of which a test has only some: a call to another fails the test. */
export const enginesOf = (some: Partial<Engines>): Engines => {
  const absent = (name: string): never =>
    new Proxy(
      {},
      { get: (_, call) => () => Promise.reject(new RunnerError('runner.bug', `the test has no ${name}.${String(call)}`)) },
    ) as never;
  return {
    containers: absent('containers'),
    host: absent('host'),
    clusters: absent('clusters'),
    kubernetes: absent('kubernetes'),
    charts: absent('charts'),
    ...some,
  };
};
