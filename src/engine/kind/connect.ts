import type { ClusterPlan } from '../../plan/kubernetes.ts';
import { clientFor, type DockerFacts } from '../docker/connect.ts';
import { registryAuth } from '../docker/credentials.ts';
import type { ClusterEngine, Waiting } from '../ports/kubernetes.ts';
import { nodeEvidence } from './evidence.ts';
import { kindLoad, kindVersion } from './kind.ts';
import { loadImages } from './load.ts';
import { requireNodeImage } from './node-image.ts';
import { listNodes, removeNodes } from './nodes.ts';
import { roomHere } from './room.ts';
import { beginStart, type Start, tooSlow } from './start.ts';

/** kind on the Docker daemon of this environment. Nothing is looked up, read or contacted before the first call. */
export function connectClusters(facts: DockerFacts): ClusterEngine {
  const client = clientFor(facts);
  const starts = new Map<string, Start>();
  const authOf = (image: string) => registryAuth(image, facts);

  async function create(plan: ClusterPlan, { signal, ...waiting }: Waiting): Promise<void> {
    await requireNodeImage(client, plan, { ...waiting, signal, authOf });
    signal.throwIfAborted();
    const patience = AbortSignal.timeout(plan.waitMs);
    const given = new AbortController();
    const giveUp = (): void => given.abort(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    patience.addEventListener('abort', giveUp, { once: true });
    const start = beginStart(client, plan, { ...waiting, signal: given.signal, environment: facts.environment });
    starts.set(plan.name, start);
    try {
      await start.serving;
    } catch (error) {
      given.abort(error);
      await start.over;
      throw patience.aborted && !signal.aborted ? tooSlow(plan, start.lastLines()) : error;
    } finally {
      patience.removeEventListener('abort', giveUp);
      signal.removeEventListener('abort', giveUp);
    }
  }

  return {
    version: () => kindVersion(facts.environment),
    room: () => roomHere(client),
    create,
    completed: (name) => starts.get(name)?.completed ?? Promise.resolve(),
    remove: (name) => removeNodes(client, name),
    nodes: (name) => listNodes(client, name),
    evidence: (name) => nodeEvidence(client, name, starts.get(name)?.lastLines() ?? []),
    load: (name, images, options) =>
      loadImages(client, images, {
        ...options,
        authOf,
        cluster: name,
        start: () => starts.get(name),
        kindLoad: (names) => kindLoad(client.endpoint, name, { ...options, names, environment: facts.environment }),
      }),
  };
}
