/** A way to start an agent that hides, or falsifies, who it is. */
export interface Mode {
  readonly name: string;
  readonly flags: readonly string[];
  /** Of `runner`. */
  readonly runner?: readonly string[];
  /** Which way to find out must have found it. */
  readonly by: RegExp;
}

/** `decoy` is another container that runs, by name; `hostname` a file on the daemon's machine that is mounted over the agent's. */
export function modesOf({
  decoy,
  decoyId,
  group,
  hostname,
}: Readonly<Record<'decoy' | 'decoyId' | 'hostname', string>> & { readonly group: number }): readonly Mode[] {
  const namespace = ['--cgroupns', 'private'];
  return [
    { name: 'nothing special', flags: [], by: /cgroup +[0-9a-f]{64} verified/ },
    { name: '--hostname', flags: ['--hostname', 'agent'], by: /cgroup +[0-9a-f]{64} verified/ },
    { name: 'a cgroup namespace of its own', flags: namespace, by: /mountinfo +[0-9a-f]{64} verified/ },
    { name: 'the network of the host', flags: ['--network', 'host'], by: /cgroup .* verified/ },
    { name: 'the network of the host and a cgroup namespace', flags: ['--network', 'host', ...namespace], by: /mountinfo .* verified/ },
    { name: 'the network of another container', flags: ['--network', `container:${decoy}`], by: /cgroup .* verified/ },
    {
      name: 'the network of another container and a cgroup namespace',
      flags: ['--network', `container:${decoy}`, ...namespace],
      by: new RegExp(`mountinfo +${decoyId} is another container[\\s\\S]*search +[0-9a-f]{64} verified`),
    },
    { name: 'no network', flags: ['--network', 'none', ...namespace], by: /mountinfo .* verified/ },
    { name: '--pid host', flags: ['--pid', 'host'], by: /cgroup .* verified/ },
    { name: '--pid host and a cgroup namespace', flags: ['--pid', 'host', ...namespace], by: /mountinfo .* verified/ },
    { name: '--uts host', flags: ['--uts', 'host', ...namespace], by: /verified/ },
    { name: '--ipc host', flags: ['--ipc', 'host', ...namespace], by: /verified/ },
    { name: 'a file over /etc/hostname', flags: ['-v', `${hostname}:/etc/hostname`, ...namespace], by: /hostname +[0-9a-f]{12} verified/ },
    {
      name: 'a file over /etc/hostname, a host name and a cgroup namespace',
      flags: ['-v', `${hostname}:/etc/hostname`, '--hostname', 'agent', ...namespace],
      by: /search +[0-9a-f]{64} verified/,
    },
    {
      name: 'the name of another container for a host name',
      flags: ['-v', `${hostname}:/etc/hostname`, '--hostname', decoy, ...namespace],
      by: new RegExp(`hostname +${decoy} is another container[\\s\\S]*search +[0-9a-f]{64} verified`),
    },
    { name: 'a read-only root', flags: ['--read-only', ...namespace], by: /verified/ },
    {
      name: 'a user with the group of the socket',
      flags: ['--user', '1000:1000', '--group-add', String(group), ...namespace],
      by: /verified/,
    },
    { name: '--privileged', flags: ['--privileged', ...namespace], by: /verified/ },
    { name: 'no capabilities', flags: ['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', ...namespace], by: /verified/ },
    { name: 'an init', flags: ['--init', ...namespace], by: /verified/ },
    {
      name: 'its name, said by hand',
      flags: ['--name', `${decoy}-agent`, '-e', `RUNNER_SELF_CONTAINER=${decoy}-agent`, '--network', `container:${decoy}`, ...namespace],
      by: /by hand +\S+ verified/,
    },
  ];
}
