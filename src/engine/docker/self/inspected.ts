import { isNotFound } from '../errors.ts';
import { type DaemonClient, segment } from '../http.ts';

/** The part of `docker inspect` that says what a container is made of. */
export interface SelfInspected {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly GraphDriver?: { readonly Data?: { readonly UpperDir?: string } | null } | null;
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Name?: string;
    readonly Source: string;
    readonly Destination: string;
    readonly Driver?: string;
    readonly RW: boolean;
  }[];
  readonly HostConfig: {
    readonly Tmpfs?: Readonly<Record<string, string>> | null;
    readonly Mounts?: readonly { readonly Target: string; readonly VolumeOptions?: { readonly Subpath?: string } | null }[] | null;
  };
}

/** Undefined: the daemon has no such container. */
export async function inspected(client: DaemonClient, name: string): Promise<SelfInspected | undefined> {
  try {
    return await client.json<SelfInspected>({
      method: 'GET',
      path: `/containers/${segment(name)}/json`,
      doing: `inspect container ${name}`,
    });
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}
