import type { MountOrigin, OwnMount } from '../../../plan/paths.ts';
import type { SelfInspected } from './inspected.ts';
import type { MountLine } from './mountinfo.ts';

/** File systems of the kernel itself, of which no file is anybody's work. */
const KERNELS: readonly string[] = [
  'proc',
  'sysfs',
  'cgroup',
  'cgroup2',
  'devpts',
  'mqueue',
  'devtmpfs',
  'securityfs',
  'debugfs',
  'tracefs',
  'bpf',
];

/**
 * What is mounted in our own container: as the daemon says, where the kernel says that it is still there, and what lies
 * below it without the daemon's doing.
 */
export function ownMounts(
  own: SelfInspected,
  lines: readonly MountLine[],
  realPath: (path: string) => string | undefined,
): readonly OwnMount[] {
  const points = new Set(lines.map(({ point }) => point));
  const said = [...own.Mounts.map((mount) => listed(own, mount)), ...tmpfsOf(own)];
  const there = said
    .map((mount) => ({ ...mount, destination: realPath(mount.destination) ?? mount.destination }))
    .filter(({ destination }) => points.has(destination));
  const known = new Set(there.map(({ destination }) => destination));
  const below = lines.filter(
    ({ point, fileSystem }) =>
      !known.has(point) && !KERNELS.includes(fileSystem) && there.some(({ destination }) => point.startsWith(`${destination}/`)),
  );
  return [...there, ...below.map(({ point }): OwnMount => ({ destination: point, readOnly: false, from: { type: 'unlisted' } }))];
}

type Said = SelfInspected['Mounts'][number];

const listed = (own: SelfInspected, mount: Said): OwnMount => ({
  destination: mount.Destination,
  readOnly: !mount.RW,
  from: originOf(own, mount),
});

function originOf({ HostConfig }: SelfInspected, { Type, Name, Source, Destination, Driver }: Said): MountOrigin {
  if (Type === 'bind') return { type: 'bind', daemonPath: Source };
  if (Type !== 'volume' || Name === undefined) return { type: Type === 'tmpfs' ? 'tmpfs' : 'unlisted' };
  const { Subpath = '' } = HostConfig.Mounts?.find(({ Target }) => Target === Destination)?.VolumeOptions ?? {};
  return { type: 'volume', volume: Name, subpath: Subpath, daemonPath: Driver === 'local' ? Source : undefined };
}

const tmpfsOf = ({ HostConfig }: SelfInspected): readonly OwnMount[] =>
  Object.keys(HostConfig.Tmpfs ?? {}).map((destination) => ({ destination, readOnly: false, from: { type: 'tmpfs' } }));
