import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Engines } from '../engine/ports.ts';
import { RunnerError, toRunnerError } from '../errors.ts';
import { type CleanupResult, isOnHost, REMOVAL_ORDER, type Resource, type ResourceKind, resourceText } from '../plan/resource.ts';

/** Enough for a daemon under load; what takes longer is stuck, and the next in line must not wait for it. */
const BUDGET_MS = 30_000;
/** Nodes hold a whole machine each; and a daemon takes networks down one by one, so that a hundred runs which end together wait for each other. */
const LONG_BUDGET_MS = 120_000;
/** What is quicker than waiting for it. */
const EMPTYING_MS = 1_000;
const AT_ONCE = 8;

/** Every kind of resource to its removal: a new kind does not compile until it can be given back. */
const REMOVE: { readonly [K in ResourceKind]: (engines: Engines, name: string) => Promise<void> } = {
  processes: ({ host }, marker) => host.killMarked(marker),
  container: ({ containers }, name) => containers.removeContainer(name),
  cluster: ({ clusters }, name) => clusters.remove(name),
  network: ({ containers }, name) => containers.removeNetwork(name),
  volume: ({ containers }, name) => containers.removeVolume(name),
  image: ({ containers }, tag) => containers.removeImage(tag),
  folder: ({ host }, path) => host.removeFolder(path),
};

/** Removing what is absent succeeds. */
export const removeResource = ({ kind, name }: Resource, engines: Engines): Promise<void> => REMOVE[kind](engines, name);

/**
 * Remove everything in the order in which things hold each other, each with its own time. Never rejects: what could not
 * be removed is said, and keeps nothing else alive.
 */
export async function removeAll(
  resources: readonly Resource[],
  engines: Engines,
  { budgetMs }: { readonly budgetMs?: number } = {},
): Promise<readonly CleanupResult[]> {
  const limit = pLimit(AT_ONCE);
  const results: CleanupResult[] = [];
  const early = await emptiedNetworks(resources, engines);
  const begun = new Map(early.map((network): [Resource, Promise<void>] => [network, removeResource(network, engines)]));
  for (const removal of begun.values()) removal.catch(() => {});
  const remove = (resource: Resource): Promise<void> =>
    begun.get(resource)?.catch(() => removeResource(resource, engines)) ?? removeResource(resource, engines);
  for (const kind of REMOVAL_ORDER) {
    const same = resources.filter((resource) => resource.kind === kind);
    results.push(...(await Promise.all(same.map((resource) => limit(() => attempt(resource, remove, budgetMs ?? budgetOf(resource)))))));
  }
  return results;
}

/**
 * A daemon takes as long for a network as for the containers in it, one after the other. Out of their network they go beside it, which
 * saves a third of the time (docs/benchmarks.md). What does not work is done in its turn, as if nothing had been tried.
 */
async function emptiedNetworks(resources: readonly Resource[], { containers }: Engines): Promise<readonly Resource[]> {
  const named = (wanted: ResourceKind): readonly Resource[] => resources.filter(({ kind }) => kind === wanted);
  const own = new Set(named('container').map(({ name }) => name));
  const networks = named('network');
  if (own.size === 0 || networks.length === 0) return [];
  const over = new AbortController();
  const tooLong = delay(EMPTYING_MS, false, { signal: over.signal }).catch(() => false);
  const emptied = networks.map(async (network) => {
    const isEmpty = await Promise.race([containers.emptyNetwork(network.name, own).catch(() => false), tooLong]);
    return isEmpty ? [network] : [];
  });
  return (await Promise.all(emptied).finally(() => over.abort())).flat();
}

const budgetOf = ({ kind }: Resource): number => (kind === 'cluster' || kind === 'network' ? LONG_BUDGET_MS : BUDGET_MS);

async function attempt(resource: Resource, remove: (resource: Resource) => Promise<void>, budgetMs: number): Promise<CleanupResult> {
  const startMs = performance.now();
  const durationMs = (): number => Math.round(performance.now() - startMs);
  const timer = new AbortController();
  try {
    await Promise.race([remove(resource), expiry(resource, budgetMs, timer.signal)]);
    return { resource, ok: true, durationMs: durationMs() };
  } catch (thrown) {
    return { resource, ok: false, durationMs: durationMs(), error: toRunnerError(thrown) };
  } finally {
    timer.abort();
  }
}

async function expiry(resource: Resource, budgetMs: number, signal: AbortSignal): Promise<void> {
  const wasCalledOff = await delay(budgetMs, false, { signal }).catch(() => true);
  if (wasCalledOff) return;
  throw new RunnerError(
    isOnHost(resource) ? 'host.failed' : 'docker.failed',
    `${resourceText(resource)} was not removed within ${budgetMs / 1000} s`,
    {
      hint: 'See what holds it, then `runner gc`.',
    },
  );
}
