import { KIND_LABEL, LABEL } from '../../plan/names.ts';
import { takeOut } from './empty-network.ts';
import { DaemonRefusal } from './errors.ts';
import { type DaemonClient, segment } from './http.ts';
import { inspectContainer } from './inspect.ts';

interface Network {
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Containers?: Readonly<Record<string, unknown>> | null;
}

/** Takes containers out of a run's network that the run did not make. Nothing happens to its own: they are removed, not put out. */
export async function putGuestsOut(client: DaemonClient, network: string): Promise<void> {
  const path = `/networks/${segment(network)}`;
  const inNetwork = await unlessGone(client.json<Network>({ method: 'GET', path, doing: `inspect network ${network}` }));
  const run = inNetwork?.Labels?.[LABEL.run];
  if (run === undefined) return;
  for (const id of Object.keys(inNetwork?.Containers ?? {})) {
    const container = await unlessGone(inspectContainer(client, id));
    const labels = container?.Config.Labels ?? {};
    if (!container || labels[LABEL.run] === run || KIND_LABEL.cluster in labels) continue;
    await unlessGone(takeOut(client, network, id));
  }
}

/** What the daemon refuses meanwhile is tried again, or told, by the removal that asks for this. */
const unlessGone = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((refusal: unknown) => {
    if (refusal instanceof DaemonRefusal) return undefined;
    throw refusal;
  });
