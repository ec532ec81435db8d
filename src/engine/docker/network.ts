import { RunnerError } from '../../errors.ts';
import type { NetworkPlan } from '../../plan/plan.ts';
import { DaemonRefusal } from './errors.ts';
import type { DaemonClient } from './http.ts';
import { candidates, type Subnet, subnetOf } from './subnet.ts';

/** Each attempt lost a race against another run, or met a route that only the daemon's machine has. */
const ATTEMPTS = 20;

/**
 * A bridge of the run's own, on a small subnet that nothing known overlaps: neither the daemon's networks nor the
 * routes of this machine. The daemon has the last word; where it refuses, the next subnet is tried.
 * Throws `network.no-subnet` when none is left.
 */
export async function createNetwork(client: DaemonClient, plan: NetworkPlan, routes: readonly Subnet[]): Promise<void> {
  const taken = [...routes, ...(await subnetsOf(client))];
  const free = candidates(taken, Math.floor(Math.random() * 2 ** 32));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { value: subnet } = free.next();
    if (!subnet) break;
    if (await created(client, plan, subnet)) return;
  }
  throw new RunnerError('network.no-subnet', `no subnet is free for network ${plan.name}`, {
    detail: [`${taken.length} subnets are taken on this machine and its daemon`],
    hint: 'Remove networks that nobody needs: `docker network ls` lists them, `runner gc` removes those of dead runs.',
  });
}

/** False when the daemon sees an overlap. */
async function created(client: DaemonClient, { name, labels }: NetworkPlan, subnet: string): Promise<boolean> {
  const body = { Name: name, Driver: 'bridge', Labels: labels, IPAM: { Config: [{ Subnet: subnet }] } };
  try {
    await client.done({ method: 'POST', path: '/networks/create', body, doing: `create network ${name}` });
    return true;
  } catch (refusal) {
    if (refusal instanceof DaemonRefusal && /overlap/i.test(refusal.reason)) return false;
    throw refusal;
  }
}

interface ListedNetwork {
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null };
}

async function subnetsOf(client: DaemonClient): Promise<readonly Subnet[]> {
  const networks = await client.json<readonly ListedNetwork[]>({ method: 'GET', path: '/networks', doing: 'list networks' });
  return networks
    .flatMap(({ IPAM }) => (IPAM?.Config ?? []).map(({ Subnet: text }) => subnetOf(text ?? '')))
    .filter((subnet) => subnet !== undefined);
}
