import { chmod, lstat, readdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RunnerError } from '../../errors.ts';
import { hostFailure, systemCodeOf } from './failure.ts';
import { mountPointsIn } from './mounts.ts';

/**
 * Remove a folder with everything in it. A link in its place is removed as a link. What is mounted inside is left
 * alone, with the folders that lead there, and reported as `host.failed`: it may be a disk that somebody needs.
 */
export async function removeFolder(path: string): Promise<void> {
  try {
    const folder = join(await realpath(dirname(path)), basename(path));
    const mounts = mountPointsIn(folder);
    await removeAround(folder, mounts);
    if (mounts.length > 0) throw stillMounted(path, mounts);
  } catch (cause) {
    // Removing takes no offence at what is absent, so it is the folder above that does not exist.
    if (systemCodeOf(cause) === 'ENOENT') return;
    throw cause instanceof RunnerError ? cause : hostFailure(`the folder ${path} could not be removed`, cause);
  }
}

/** A folder that may not be written keeps its entries: the second try opens every folder first. */
async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(systemCodeOf(error) ?? '')) throw error;
    await openFolders(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Only folders, only through folders: a mode set through a link would be set on something that is not ours. What vanishes
 * meanwhile is being removed by somebody else.
 */
async function openFolders(path: string): Promise<void> {
  try {
    if (!(await lstat(path)).isDirectory()) return;
    await chmod(path, 0o700);
    for (const entry of await readdir(path, { withFileTypes: true })) if (entry.isDirectory()) await openFolders(join(path, entry.name));
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
  }
}

/** Everything but the mount points and the folders that lead there. */
async function removeAround(path: string, mounts: readonly string[]): Promise<void> {
  if (mounts.includes(path)) return;
  if (!mounts.some((mount) => mount.startsWith(`${path}/`))) return removeTree(path);
  for (const name of await readdir(path)) await removeAround(join(path, name), mounts);
}

const stillMounted = (path: string, mounts: readonly string[]): RunnerError =>
  new RunnerError('host.failed', `${path} can't be removed: something is mounted in it`, {
    detail: mounts.map((mount) => `mounted at ${mount}`),
    hint: `umount ${mounts.toReversed().join(' ')} && rm -r ${path}`,
  });
