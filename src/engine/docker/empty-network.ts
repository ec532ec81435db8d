import { isNotFound } from './errors.ts';
import { type DaemonClient, segment } from './http.ts';

interface Network {
  readonly Containers?: Readonly<Record<string, { readonly Name: string }>> | null;
}

/** See `ContainerEngine.emptyNetwork`. One that has left by itself, or is gone, is out of it. */
export async function emptyNetwork(client: DaemonClient, network: string, containers: ReadonlySet<string>): Promise<boolean> {
  const path = `/networks/${segment(network)}`;
  const { Containers } = await client.json<Network>({ method: 'GET', path, doing: `inspect network ${network}` });
  const within = Object.values(Containers ?? {}).map(({ Name }) => Name);
  if (!within.every((name) => containers.has(name))) return false;
  const goneIsOut = (refusal: unknown): void => {
    if (!isNotFound(refusal)) throw refusal;
  };
  await Promise.all(within.map((name) => takeOut(client, network, name).catch(goneIsOut)));
  return true;
}

/** Takes a container out of a network, whether or not it runs. */
export const takeOut = (client: DaemonClient, network: string, container: string): Promise<void> =>
  client.done({
    method: 'POST',
    path: `/networks/${segment(network)}/disconnect`,
    body: { Container: container, Force: true },
    doing: `take container ${container} out of network ${network}`,
  });
