import type { ContainerPlan, Mount, NetworkMode } from '../../plan/plan.ts';

/** A fork bomb stops here where the spec names no limit: far above any build, far below what takes a machine down. */
const DEFAULT_PIDS = 4096;

/** What the daemon is asked to create: the plan, and what every container of a run has in common. */
export const bodyOf = (plan: ContainerPlan): Record<string, unknown> => ({
  Image: plan.image,
  ...(plan.entrypoint && { Entrypoint: plan.entrypoint }),
  ...(plan.command.length > 0 && { Cmd: plan.command }),
  Env: Object.entries(plan.env).map(([name, value]) => `${name}=${value}`),
  ...(plan.user !== undefined && { User: plan.user }),
  ...(plan.dir !== undefined && { WorkingDir: plan.dir }),
  ...(plan.hostname && plan.network.type !== 'container' && { Hostname: plan.hostname }),
  Labels: plan.labels,
  AttachStdout: true,
  AttachStderr: true,
  AttachStdin: plan.stdin !== 'none',
  OpenStdin: plan.stdin !== 'none',
  StdinOnce: plan.stdin !== 'none',
  HostConfig: hostConfigOf(plan),
  ...networkingOf(plan.network),
});

/**
 * No log is kept, because the output is attached before the start and the daemon's own log would double it on disk;
 * no AutoRemove, because it races with the wait; no swap, so that a memory limit means what it says.
 */
const hostConfigOf = (plan: ContainerPlan): Record<string, unknown> => ({
  LogConfig: { Type: 'none' },
  AutoRemove: false,
  Init: plan.init,
  NetworkMode: networkModeOf(plan.network),
  Mounts: plan.mounts.flatMap(mountOf),
  Tmpfs: tmpfsOf(plan.mounts),
  GroupAdd: plan.groups.map(String),
  Privileged: plan.privileged,
  CapAdd: plan.capAdd,
  CapDrop: plan.capDrop,
  SecurityOpt: plan.privileged ? [] : ['no-new-privileges'],
  Devices: plan.devices.map(deviceOf),
  ReadonlyRootfs: plan.readOnly,
  ...(plan.runtime && { Runtime: plan.runtime }),
  ...limitsOf(plan),
});

function limitsOf({ resources, ulimits = {} }: ContainerPlan): Record<string, unknown> {
  const { cpus, memoryBytes, pids, gpus } = resources;
  return {
    PidsLimit: pids ?? DEFAULT_PIDS,
    ...(cpus !== undefined && { NanoCpus: Math.round(cpus * 1e9) }),
    ...(memoryBytes !== undefined && { Memory: memoryBytes, MemorySwap: memoryBytes }),
    ...(gpus !== 'none' && { DeviceRequests: [{ Count: gpus === 'all' ? -1 : gpus, Capabilities: [['gpu']] }] }),
    Ulimits: Object.entries(ulimits).map(([Name, { soft, hard }]) => ({ Name, Soft: soft, Hard: hard })),
  };
}

/** `Mounts` refuses a missing source; `Binds` would create it, as a folder that belongs to root. */
export function mountOf(mount: Mount): readonly Record<string, unknown>[] {
  switch (mount.type) {
    case 'bind':
      return [{ Type: 'bind', Source: mount.daemonPath, Target: mount.target, ReadOnly: mount.readOnly }];
    case 'volume':
      return [
        {
          Type: 'volume',
          Source: mount.volume,
          Target: mount.target,
          ReadOnly: mount.readOnly,
          ...(mount.subpath !== undefined && { VolumeOptions: { Subpath: mount.subpath } }),
        },
      ];
    case 'tmpfs':
      return [];
  }
}

/** Not in `Mounts`, where daemons before 27 know no owner. Programs may run there: builds unpack and execute in /tmp. */
const tmpfsOf = (mounts: readonly Mount[]): Record<string, string> =>
  Object.fromEntries(mounts.filter((mount) => mount.type === 'tmpfs').map((mount) => [mount.target, tmpfsOptions(mount)]));

function tmpfsOptions({ sizeBytes, mode, uid, gid }: Mount & { type: 'tmpfs' }): string {
  const options = [
    'rw,exec,nosuid,nodev',
    sizeBytes !== undefined && `size=${sizeBytes}`,
    mode !== undefined && `mode=${mode.toString(8)}`,
    uid !== undefined && `uid=${uid}`,
    gid !== undefined && `gid=${gid}`,
  ];
  return options.filter(Boolean).join(',');
}

/** `/dev/x`, `/dev/x:/dev/y` or `/dev/x:/dev/y:rw`, as the Docker CLI takes it. */
function deviceOf(text: string): Record<string, string> {
  const [host = text, inside = host, permissions = 'rwm'] = text.split(':');
  return { PathOnHost: host, PathInContainer: inside, CgroupPermissions: permissions };
}

function networkModeOf(network: NetworkMode): string {
  switch (network.type) {
    case 'default':
      return 'bridge';
    case 'none':
    case 'host':
      return network.type;
    case 'network':
      return network.name;
    case 'container':
      return `container:${network.container}`;
  }
}

const networkingOf = (network: NetworkMode): Record<string, unknown> =>
  network.type === 'network' ? { NetworkingConfig: { EndpointsConfig: { [network.name]: { Aliases: network.aliases } } } } : {};
