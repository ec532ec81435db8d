import { RunnerError } from '../../errors.ts';
import type { Waiting } from '../ports/kubernetes.ts';
import { unreachable } from './api.ts';
import type { Cluster } from './cluster.ts';
import type { Kind } from './kinds.ts';
import type { Observed } from './observed.ts';
import { readinessOf } from './readiness.ts';
import { isFinal } from './watcher.ts';

/** By path, because a server that has just started does not yet list all its kinds. */
const NODES: Kind = { type: 'Node', apiVersion: 'v1', path: '/api/v1/nodes', namespaced: false };
const ACCOUNTS: Kind = { type: 'ServiceAccount', apiVersion: 'v1', path: '/api/v1/namespaces/default/serviceaccounts', namespaced: false };

/** Without the default ServiceAccount, which comes a second or two after the nodes are ready, every pod is refused. */
export async function untilUsable(
  { watcher, api }: Cluster,
  { timeoutMs, signal, onProgress }: Pick<Waiting, 'signal' | 'onProgress'> & { readonly timeoutMs: number },
): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  let told = '';
  watcher.add([NODES, ACCOUNTS]);
  await watcher.until(() => {
    if (watcher.trouble && isFinal(watcher.trouble)) throw unreachable(watcher.trouble, api.address);
    const missing = watcher.trouble ? `the API server does not answer: ${watcher.trouble.message}` : missingIn(watcher.world);
    if (missing === undefined) return true;
    if (Date.now() >= deadlineMs)
      throw new RunnerError('cluster.not-ready', `the cluster is not usable within ${timeoutMs / 1000} s: ${missing}`, {
        hint: 'Raise `kind.wait`, or look at the journal of the node.',
      });
    if (missing !== told) onProgress(missing);
    told = missing;
    return undefined;
  }, signal);
}

function missingIn(world: Observed): string | undefined {
  const nodes = world.all('Node');
  if (nodes.length === 0) return 'it has no nodes yet';
  for (const { metadata } of nodes) {
    const readiness = readinessOf({ type: 'Node', name: metadata.name }, { world, nowMs: 0 });
    if (readiness.state !== 'ready') return `node ${metadata.name}: ${readiness.why}`;
  }
  const account = { type: 'ServiceAccount', namespace: 'default', name: 'default' };
  return world.get(account) ? undefined : 'the default ServiceAccount is not there yet';
}
