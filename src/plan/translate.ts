import path from 'node:path';
import { RunnerError } from '../errors.ts';
import type { Mount } from './objects.ts';
import type { OwnContainer, OwnMount, PathMap } from './paths.ts';

/** Something of the runner's that a container is to see. */
export interface Wanted {
  /** Absolute, as the runner sees it. */
  readonly hostPath: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** What a path is translated by: what was learnt, and what the spec says by hand (`docker.host_paths`), which wins. */
export interface PathSetting {
  readonly paths: PathMap;
  readonly hostPaths: Readonly<Record<string, string>>;
}

/** The mounts that show it, the outer before the inner; or why the daemon can't show it. */
export type Reach = { readonly mounts: readonly Mount[] } | { readonly refused: string; readonly missing?: true };

/** The mounts by which a container sees a path of the runner. Throws `mount.missing`, or `mount.unreachable` with the reason. */
export function daemonMounts(wanted: Wanted, setting: PathSetting): readonly Mount[] {
  const reach = reachOf(wanted, setting);
  if ('mounts' in reach) return reach.mounts;
  if (reach.missing)
    throw new RunnerError('mount.missing', `there is no ${wanted.hostPath} to mount at ${wanted.target}`, { hint: 'Create it first.' });
  throw new RunnerError('mount.unreachable', `the daemon can't mount ${wanted.hostPath} at ${wanted.target}`, {
    detail: [reach.refused],
    hint: 'Mount a folder or a volume into the runner’s own container and put it there; for a workspace, `workspace.mode: copy` needs none.',
  });
}

/** The deepest mount that holds the path wins: `/w/cache` on its own mount beats `/w`, and `/w` does not hold `/ws`. */
export function reachOf(wanted: Wanted, { paths, hostPaths }: PathSetting): Reach {
  const real = paths.seen === 'same' ? wanted.hostPath : paths.real[wanted.hostPath];
  const byHand = byHandOf(wanted.hostPath, hostPaths) ?? byHandOf(real ?? '', hostPaths);
  if (byHand !== undefined) return { mounts: [bind(wanted, byHand)] };
  if (real === undefined) return { refused: 'it does not exist', missing: true };
  return paths.seen === 'container' ? throughOwn(wanted, real, paths.container) : { mounts: [bind(wanted, real)] };
}

/** What lies below the path on a mount that the daemon did not make: only a probe tells whether it comes along. */
export const doubtfulBelow = (hostPath: string, paths: PathMap): readonly string[] => {
  const real = paths.seen === 'container' ? paths.real[hostPath] : undefined;
  if (paths.seen !== 'container' || real === undefined) return [];
  return paths.container.mounts
    .filter(({ from, destination }) => from.type === 'unlisted' && destination !== real && isWithin(real, destination))
    .map(({ destination }) => path.relative(real, destination));
};

/** On a path boundary. */
export const isWithin = (folder: string, inner: string): boolean =>
  inner === folder || inner.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

export function byHandOf(hostPath: string, hostPaths: PathSetting['hostPaths']): string | undefined {
  const entries = Object.entries(hostPaths).map(([from, to]) => [path.normalize(from).replace(/(.)\/$/, '$1'), to] as const);
  const [from, to] = deepest(
    entries.filter(([folder]) => isWithin(folder, hostPath)),
    ([folder]) => folder,
  ) ?? ['', ''];
  return from === '' ? undefined : path.join(to, path.relative(from, hostPath));
}

const deepest = <T>(all: readonly T[], folderOf: (one: T) => string): T | undefined =>
  all.toSorted((a, b) => folderOf(b).length - folderOf(a).length)[0];

const bind = ({ hostPath, target, readOnly }: Wanted, daemonPath: string): Mount => ({
  type: 'bind',
  hostPath,
  daemonPath,
  target,
  readOnly,
});

function throughOwn(wanted: Wanted, real: string, own: OwnContainer): Reach {
  const listed = own.mounts.filter(({ from }) => from.type !== 'unlisted');
  const holder = deepest(
    listed.filter(({ destination }) => isWithin(destination, real)),
    ({ destination }) => destination,
  );
  if (!holder) return { refused: `${real} is in the file system of the runner’s own container ${own.name}, which nobody else sees` };
  const inner = listed
    .filter(({ destination }) => destination !== real && isWithin(real, destination))
    .toSorted((a, b) => a.destination.split('/').length - b.destination.split('/').length);
  const parts = [
    { mount: holder, suffix: path.relative(holder.destination, real), wanted },
    ...inner.map((mount) => innerPart(mount, real, wanted)),
  ];
  const mounts: Mount[] = [];
  for (const part of parts) {
    const shown = partOf(part, own);
    if (typeof shown === 'string') return { refused: shown };
    mounts.push(shown);
  }
  return { mounts };
}

interface Part {
  readonly mount: OwnMount;
  /** Below the destination of the mount. */
  readonly suffix: string;
  readonly wanted: Wanted;
}

/** A mount of a folder shows none of the mounts of this container in it: each is repeated at its place. */
function innerPart(mount: OwnMount, real: string, { hostPath, target, readOnly }: Wanted): Part {
  const below = path.relative(real, mount.destination);
  return { mount, suffix: '', wanted: { hostPath: path.join(hostPath, below), target: path.join(target, below), readOnly } };
}

function partOf({ mount: { from, readOnly, destination }, suffix, wanted }: Part, own: OwnContainer): Mount | string {
  const shown = { ...wanted, readOnly: wanted.readOnly || readOnly };
  switch (from.type) {
    case 'bind':
      return bind(shown, path.join(from.daemonPath, suffix));
    case 'volume': {
      const subpath = path.join(from.subpath, suffix).replace(/^\.$/, '');
      if (subpath === '') return { type: 'volume', volume: from.volume, ...shown };
      if (own.mountsParts) return { type: 'volume', volume: from.volume, subpath, ...shown };
      if (from.daemonPath !== undefined) return bind(shown, path.join(from.daemonPath, subpath));
      return `${destination} is the volume ${from.volume}, and this daemon can't mount the part ${subpath} of it (that needs API 1.45)`;
    }
    case 'tmpfs':
      return `${destination} is memory of the runner’s own container ${own.name}, which nobody else sees`;
    case 'unlisted':
      return `${destination} was mounted by something else than the daemon`;
  }
}
