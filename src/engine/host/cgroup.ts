import { type Dirent, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { systemCodeOf } from './failure.ts';

/**
 * A control group (cgroup v2) that holds everything a marked process starts, even what clears its environment and
 * leaves its session. It is a second net: where none can be made (not root, cgroup v1 only, inside a container) the
 * marker, the session and the parents are what processes are found by.
 */
export interface ControlGroup {
  readonly path: string;
}

/** Make the group of a marker. Undefined: not possible here. */
export function makeGroup(marker: string): ControlGroup | undefined {
  const path = groupPath(marker);
  if (path === undefined) return undefined;
  try {
    mkdirSync(path);
    return { path };
  } catch (error) {
    return systemCodeOf(error) === 'EEXIST' ? { path } : undefined;
  }
}

/**
 * The command as one that enters the group and then becomes the program, so that its first child is born there.
 * Moving it from outside after the start is too late by some milliseconds (measured: a daemon got away).
 */
export const entering = (group: ControlGroup | undefined, command: readonly string[]): readonly string[] =>
  group ? ['/bin/sh', '-c', '{ echo $$ >"$0"; } 2>/dev/null; exec "$@"', join(group.path, 'cgroup.procs'), ...command] : command;

/** The groups of a marker, wherever the runner that made them was. */
export const findGroups = (marker: string): readonly ControlGroup[] =>
  runnerGroups().filter(({ path }) => path.endsWith(`/${groupName(marker)}`));

/** Every group that a runner made and that is still there. */
export function runnerGroups(): readonly ControlGroup[] {
  const mount = cgroupMount();
  const paths = mount === undefined ? [] : foldersBelow(mount);
  return paths.filter((path) => basename(path).startsWith(PREFIX)).map((path) => ({ path }));
}

/** Every process in the group and in the groups below it. */
export const groupMembers = ({ path }: ControlGroup): readonly number[] =>
  [path, ...foldersBelow(path)].flatMap((folder) => linesOf(join(folder, 'cgroup.procs')).map(Number));

/** Kills everything in the group at once, so that not even a fork bomb gets away. */
export function killGroup({ path }: ControlGroup): void {
  try {
    writeFileSync(join(path, 'cgroup.kill'), '1');
  } catch {
    // Kernels before 5.14 lack the file; the members are signalled one by one anyway.
  }
}

/** Fine when it is gone already; one that still holds a process stays, and with it the process can still be found. */
export function removeGroup({ path }: ControlGroup): void {
  for (const folder of [...foldersBelow(path).toReversed(), path]) {
    try {
      rmdirSync(folder);
    } catch {
      // EBUSY or ENOENT, as said above.
    }
  }
}

const PREFIX = 'runner-';
const groupName = (marker: string): string => `${PREFIX}${marker.slice(marker.indexOf('=') + 1).replace(/[^A-Za-z0-9_.-]/g, '-')}`;

/** Below the caller's own group: limits that were set for the runner keep holding for what it starts. */
function groupPath(marker: string): string | undefined {
  const mount = cgroupMount();
  const own = linesOf('/proc/self/cgroup').find((line) => line.startsWith('0::'));
  return mount === undefined || own === undefined ? undefined : join(mount, own.slice('0::'.length), groupName(marker));
}

function cgroupMount(): string | undefined {
  const line = linesOf('/proc/self/mountinfo').find((text) => text.includes(' - cgroup2 '));
  return line?.split(' ')[4];
}

/** Parents before children. */
function foldersBelow(path: string): string[] {
  return childrenOf(path)
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => [join(path, entry.name), ...foldersBelow(join(path, entry.name))]);
}

function childrenOf(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
