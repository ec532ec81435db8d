import { type DaemonClient, segment } from '../http.ts';
import type { SelfInspected } from './inspected.ts';
import type { Marker } from './marker.ts';
import { isSameLayer, type OwnRoot } from './mountinfo.ts';

/** `unknown`: nothing speaks for it or against it. */
export type Verdict = 'own' | 'other' | 'unknown';

export interface Proof {
  readonly client: DaemonClient;
  /** Our own root, as the kernel has it. */
  readonly root: OwnRoot;
  /** Whether something is mounted at a path of ours. */
  readonly isMounted: (destination: string) => boolean;
  /** Made when something has to be proved by it. */
  readonly marker: () => Promise<Marker>;
}

/**
 * Whether a container is the one this process is in: by its writable layer, else by a process of ours that is seen in it. Whoever was
 * started in a container with another root, by Podman or by `chroot`, is seen there as well, and has other paths.
 */
export async function verdictOn(found: SelfInspected, proof: Proof): Promise<Verdict> {
  const { upper, isPart } = proof.root;
  const theirs = found.GraphDriver?.Data?.UpperDir;
  if (isPart) return 'other';
  if (upper !== undefined && theirs) return isSameLayer(upper, theirs) ? 'own' : 'other';
  if (!found.Mounts.every(({ Destination }) => proof.isMounted(Destination))) return 'other';
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
