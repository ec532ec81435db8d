import type { ContainerState } from '../ports.ts';
import { type DaemonClient, segment } from './http.ts';

/** The part of `docker inspect` that the runner reads. */
export interface Inspected {
  readonly Id: string;
  /** The id of the image, where `Config` has its name. */
  readonly Image: string;
  readonly State: { readonly Running: boolean; readonly ExitCode: number; readonly OOMKilled: boolean; readonly Error: string };
  readonly Config: {
    readonly Image: string;
    readonly Entrypoint: readonly string[] | null;
    readonly Cmd: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>> | null;
  };
  readonly HostConfig: { readonly Init?: boolean | null; readonly NetworkMode: string; readonly Privileged: boolean };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>;
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
  };
}

export const inspectContainer = (client: DaemonClient, name: string): Promise<Inspected> =>
  client.json({ method: 'GET', path: `/containers/${segment(name)}/json`, doing: `inspect container ${name}` });

/** As the kernel counts them, not as the daemon remembers. */
export async function hasProcesses(client: DaemonClient, name: string): Promise<boolean> {
  const { pids_stats } = await client.json<{ pids_stats?: { current?: number } }>({
    method: 'GET',
    path: `/containers/${segment(name)}/stats`,
    query: { stream: 'false', 'one-shot': 'true' },
    doing: `count the processes of container ${name}`,
  });
  return (pids_stats?.current ?? 0) > 0;
}

export const stateOf = ({ State }: Inspected): ContainerState => ({
  running: State.Running,
  exit: { code: State.ExitCode, oomKilled: State.OOMKilled },
});

/** The first network that gave it an address; `none` and `host` give none. */
export const addressIn = ({ NetworkSettings }: Inspected): string | undefined =>
  Object.values(NetworkSettings.Networks).find(({ IPAddress }) => IPAddress)?.IPAddress;
