import { writeFile } from 'node:fs/promises';
import { RunnerError } from '../../errors.ts';
import type { ClusterPlan } from '../../plan/kubernetes.ts';
import { execText } from '../docker/exec-stream.ts';
import type { DaemonClient } from '../docker/http.ts';
import { inspectContainer } from '../docker/inspect.ts';
import { untilServing } from './api-server.ts';
import { joinNetwork } from './join.ts';
import { withServer } from './kubeconfig.ts';
import { listNodes } from './nodes.ts';

/**
 * Writes the kubeconfigs as soon as there is something to write, and resolves once the API server answers. kubeadm writes its
 * own in an order of which the scheduler's is the last; the one whose rights depend on nothing inside the cluster is taken.
 */
export async function publishKubeconfigs(client: DaemonClient, plan: ClusterPlan, signal: AbortSignal): Promise<void> {
  const said = await execText(client, `${plan.name}-control-plane`, ['sh', '-c', TAKE], { signal });
  if (said.code !== 0) throw new RunnerError('cluster.failed', 'the node has no kubeconfig', { detail: [said.stderr.trim()] });
  const server = `https://${await addressOf(client, plan)}`;
  const outside = withServer(said.stdout, server);
  await Promise.all([write(plan.internalKubeconfig, said.stdout), write(plan.kubeconfig, outside)]);
  await untilServing(outside, server, signal);
}

const TAKE = 'cd /etc/kubernetes; until [ -s scheduler.conf ]; do sleep 0.1; done; cat super-admin.conf 2>/dev/null || cat admin.conf';

const write = (path: string, text: string): Promise<void> => writeFile(path, text, { mode: 0o600 });

const API_PORT = 6443;

/** Where the API server is reached from here: on the cluster's network where the runner can be put there, else on a port of this machine. */
async function addressOf(client: DaemonClient, plan: ClusterPlan): Promise<string> {
  const { name, network, runnerContainer } = plan;
  if (runnerContainer === undefined || !(await joinNetwork(client, runnerContainer, network))) return publishedAddress(client, plan);
  const { Networks } = (await inspectContainer(client, `${name}-control-plane`)).NetworkSettings; // by number: its certificate holds that, and no resolver is asked
  return `${Networks[network]?.IPAddress}:${API_PORT}`;
}

/** The port that Docker chose, of the load balancer where there is one. */
async function publishedAddress(client: DaemonClient, { name }: ClusterPlan): Promise<string> {
  const nodes = await listNodes(client, name);
  const gate = nodes.find(({ role }) => role === 'external-load-balancer')?.node ?? `${name}-control-plane`;
  const { Ports } = (await inspectContainer(client, gate)).NetworkSettings;
  const port = Ports[`${API_PORT}/tcp`]?.[0];
  if (!port) throw new RunnerError('cluster.failed', `node ${gate} publishes no port of its API server`);
  const isAny = port.HostIp === '' || port.HostIp === '0.0.0.0' || port.HostIp === '::';
  return `${isAny ? '127.0.0.1' : port.HostIp}:${port.HostPort}`;
}
