import { DaemonRefusal } from '../docker/errors.ts';
import { type DaemonClient, segment } from '../docker/http.ts';
import { inspectContainer } from '../docker/inspect.ts';

/**
 * Puts a container on a network, or the one whose network it shares. False: it has the network of the daemon's machine, where
 * published ports answer. Whoever removes the network puts it out again.
 */
export async function joinNetwork(client: DaemonClient, container: string, network: string): Promise<boolean> {
  const { HostConfig } = await inspectContainer(client, container);
  if (HostConfig.NetworkMode === 'host') return false;
  const [, sharedWith] = /^container:(.+)$/.exec(HostConfig.NetworkMode) ?? [];
  if (sharedWith) return joinNetwork(client, sharedWith, network);
  const call = {
    method: 'POST',
    path: `/networks/${segment(network)}/connect`,
    body: { Container: container },
    doing: `connect the runner's container to network ${network}`,
  } as const;
  await client.done(call).catch((refusal: unknown) => {
    if (!(refusal instanceof DaemonRefusal && /already exists in network|already attached/i.test(refusal.reason))) throw refusal;
  });
  return true;
}
