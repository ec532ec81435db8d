import { type DaemonClient, segment } from '../http.ts';
import type { SelfInspected } from './inspected.ts';
import type { Marker } from './marker.ts';
import { isSameLayer } from './mountinfo.ts';

/** `unknown`: nothing speaks for it or against it. */
export type Verdict = 'own' | 'other' | 'unknown';

export interface Proof {
  readonly client: DaemonClient;
  /** The writable layer of our own root, where it can be known. */
  readonly upper: string | undefined;
  /** Made when something has to be proved by it. */
  readonly marker: () => Promise<Marker>;
}

/** Whether a container is the one this process is in: by its writable layer, else by a process of ours that is seen in it. */
export async function verdictOn(found: SelfInspected, proof: Proof): Promise<Verdict> {
  const theirs = found.GraphDriver?.Data?.UpperDir;
  if (proof.upper !== undefined && theirs) return isSameLayer(proof.upper, theirs) ? 'own' : 'other';
  return hasMarker(found.Id, proof);
}

/** `ps` on the daemon's machine lists the processes of a container with what they were started with. */
async function hasMarker(id: string, { client, marker }: Proof): Promise<Verdict> {
  const word = await (await marker()).word();
  try {
    const { Processes } = await client.json<{ Processes: readonly (readonly string[])[] | null }>({
      method: 'GET',
      path: `/containers/${segment(id)}/top`,
      query: { ps_args: '-eo pid,args' },
      doing: `list the processes of container ${id}`,
    });
    return (Processes ?? []).some((fields) => fields.some((field) => field.includes(word))) ? 'own' : 'other';
  } catch {
    return 'unknown'; // no `ps` there, or a proxy that hides it: that proves nothing
  }
}
