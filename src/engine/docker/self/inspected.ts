import { isNotFound } from '../errors.ts';
import { type DaemonClient, segment } from '../http.ts';

/** The part of `docker inspect` that says what a container is made of. */
export interface SelfInspected {
  /** Of the daemon that answered: `1.45`. */
  readonly apiVersion: string;
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
  const doing = `inspect container ${name}`;
  try {
    const answer = await client.send({ method: 'GET', path: `/containers/${segment(name)}/json`, doing });
    const apiVersion = String(answer.headers['api-version'] ?? '');
    return { ...(await client.jsonOf<Omit<SelfInspected, 'apiVersion'>>(answer, doing)), apiVersion };
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}
