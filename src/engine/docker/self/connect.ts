import type { SelfEngine } from '../../ports/self.ts';
import { clientFor } from '../connect.ts';
import type { SelfFacts } from './facts.ts';
import { signsOf } from './signs.ts';

/** Nothing is looked up before the first call; what finds a container is loaded where there are signs of one. */
export function connectSelf(facts: SelfFacts): SelfEngine {
  const client = clientFor(facts);
  return {
    async locate({ named, realPath }) {
      const signs = signsOf(facts);
      const where = signs ?? 'on this machine';
      const isLocal = client.endpoint.type === 'unix';
      if (!signs && isLocal && named === undefined) return { where, tried: [], paths: { seen: 'same' } };
      const { locateContainer, unprovenPaths } = await import('./locate.ts');
      if (named === 'none')
        return { where, tried: [], paths: await unprovenPaths(client, 'by hand: the daemon sees the same paths', true) };
      if (!signs && named === undefined)
        return { where, tried: [], paths: await unprovenPaths(client, 'the daemon may be on another machine', false) };
      return locateContainer(client, facts, { where: signs ?? 'in a container', named, realPath });
    },
    probe: async (plan) => (await import('./probe.ts')).probe(client, plan),
  };
}
