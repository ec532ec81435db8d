import { isNotFound } from './errors.ts';
import { type DaemonClient, segment } from './http.ts';

interface Network {
  readonly Containers?: Readonly<Record<string, { readonly Name: string }>> | null;
}

/** See `ContainerEngine.emptyNetwork`. One that has left by itself, or is gone, is out of it. */
export async function emptyNetwork(client: DaemonClient, network: string, containers: ReadonlySet<string>): Promise<boolean> {
  const path = `/networks/${segment(network)}`;
  const { Containers } = await client.json<Network>({ method: 'GET', path, doing: `inspect network ${network}` });
  const within = Object.entries(Containers ?? {}).map(([id, { Name: name }]) => ({ id, name }));
  if (!within.every(({ name }) => containers.has(name))) return false;
  await Promise.all(
    within.map(({ id, name }) =>
      client
        .done({
          method: 'POST',
          path: `${path}/disconnect`,
          body: { Container: id, Force: true },
          doing: `take container ${name} out of network ${network}`,
        })
        .catch((refusal: unknown) => {
          if (!isNotFound(refusal)) throw refusal;
        }),
    ),
  );
  return true;
}
