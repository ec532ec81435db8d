import { KIND_LABEL } from '../../plan/names.ts';
import type { DaemonClient } from '../docker/http.ts';
import { segment } from '../docker/http.ts';
import { removeContainer } from '../docker/remove.ts';

/** A container that kind made for a cluster. */
export interface NodeContainer {
  readonly node: string;
  readonly cluster: string;
  /** `control-plane`, `worker` or `external-load-balancer`. */
  readonly role: string;
  readonly isRunning: boolean;
}

interface Listed {
  readonly Names?: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly State: string;
}

/** Of one cluster, or of all of them, in whatever state. */
export async function listNodes(client: DaemonClient, cluster?: string): Promise<readonly NodeContainer[]> {
  const label = cluster === undefined ? KIND_LABEL.cluster : `${KIND_LABEL.cluster}=${cluster}`;
  const listed = await client.json<readonly Listed[]>({
    method: 'GET',
    path: '/containers/json',
    query: { all: 1, filters: JSON.stringify({ label: [label] }) },
    doing: 'list the nodes of clusters',
  });
  return listed.map(({ Names, Labels, State }) => ({
    node: (Names?.[0] ?? '').replace(/^\//, ''),
    cluster: Labels[KIND_LABEL.cluster] ?? '',
    role: Labels[KIND_LABEL.role] ?? '',
    isRunning: State === 'running',
  }));
}

/** Those that run Kubernetes: a load balancer before several control planes is no node of theirs. */
export const isKubernetesNode = ({ role }: NodeContainer): boolean => role !== 'external-load-balancer';

/** The nodes with their volumes; what appears meanwhile goes, too. */
export async function removeNodes(client: DaemonClient, cluster: string): Promise<void> {
  for (;;) {
    const nodes = await listNodes(client, cluster);
    if (nodes.length === 0) return;
    await Promise.all(nodes.map(({ node }) => removeContainer(client, node)));
  }
}

export interface Caps {
  readonly cpus?: number;
  readonly memoryBytes?: number;
}

/** kind wants its nodes back after a reboot of the machine; a throwaway cluster would come back with nobody to remove it. */
export const tameNode = (client: DaemonClient, node: string, { cpus, memoryBytes }: Caps): Promise<void> =>
  client.done({
    method: 'POST',
    path: `/containers/${segment(node)}/update`,
    body: {
      RestartPolicy: { Name: 'no' },
      ...(cpus !== undefined && { NanoCpus: Math.round(cpus * 1e9) }),
      ...(memoryBytes !== undefined && { Memory: memoryBytes, MemorySwap: memoryBytes }),
    },
    doing: `limit node ${node}`,
  });
