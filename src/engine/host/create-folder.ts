import { constants, type Dirent } from 'node:fs';
import { chmod, copyFile, lstat, lutimes, mkdir, readdir, readlink, realpath, symlink, utimes } from 'node:fs/promises';
import { join, relative } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import { type Exclusion, exclusionOf } from '../../plan/exclude.ts';
import type { HostEngine } from '../ports.ts';
import { hostFailure, systemCodeOf } from './failure.ts';

type FolderCopy = NonNullable<Parameters<HostEngine['createFolder']>[1]>;

/** The folder must not exist yet: one that does is somebody else's. Sockets, pipes and devices are not copied. */
export async function createFolder(path: string, copy?: FolderCopy, signal?: AbortSignal): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (cause) {
    throw hostFailure(`the folder ${path} could not be made`, cause);
  }
  if (!copy) return;
  const walk = { exclusion: exclusionOf(copy.exclude), limit: pLimit(FILES_AT_ONCE), signal };
  try {
    const root = await realpath(copy.from);
    await copyEntries({ ...walk, root, skipped: await realpath(path) }, root, path);
  } catch (cause) {
    throw hostFailure(`${copy.from} could not be copied to ${path}`, cause);
  }
}

/** A little more than the threads that Node has for the file system, so that none of them waits for work. */
const FILES_AT_ONCE = 8;

interface Walk {
  readonly root: string;
  readonly exclusion: Exclusion;
  readonly limit: LimitFunction;
  readonly signal: AbortSignal | undefined;
  /** The copy itself, which may lie inside what is copied. */
  readonly skipped: string;
}

/** Settles once nothing is being written any more, also when it fails. */
async function copyEntries(walk: Walk, from: string, to: string): Promise<void> {
  walk.signal?.throwIfAborted();
  const entries = await walk.limit(() => readdir(from, { withFileTypes: true }));
  const settled = await Promise.allSettled(
    entries.map((entry) => copyEntry(walk, entry, { from: join(from, entry.name), to: join(to, entry.name) })),
  );
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
}

interface Pair {
  readonly from: string;
  readonly to: string;
}

/** The folder is in use while it is copied: what is removed meanwhile is not part of the copy. */
async function copyEntry(walk: Walk, entry: Dirent, pair: Pair): Promise<void> {
  try {
    await copyWanted(walk, entry, pair);
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT' || (error as NodeJS.ErrnoException).path !== pair.from) throw error;
  }
}

async function copyWanted(walk: Walk, entry: Dirent, pair: Pair): Promise<void> {
  const path = relative(walk.root, pair.from);
  if (entry.isDirectory()) {
    if (pair.from !== walk.skipped && !walk.exclusion.prunes(path)) await copyFolder(walk, pair);
  } else if (!walk.exclusion.leavesOut(path)) {
    await walk.limit(() => (entry.isFile() ? copyOne(walk, pair) : entry.isSymbolicLink() ? copyLink(pair) : undefined));
  }
}

/** The mode and the times come last: a folder may be read-only, and every entry made in it sets its time anew. */
async function copyFolder(walk: Walk, { from, to }: Pair): Promise<void> {
  const { mode, atime, mtime } = await lstat(from);
  await mkdir(to, { mode: 0o700 });
  await copyEntries(walk, from, to);
  await chmod(to, mode & 0o7777);
  await utimes(to, atime, mtime);
}

async function copyOne(walk: Walk, { from, to }: Pair): Promise<void> {
  walk.signal?.throwIfAborted();
  const { atime, mtime } = await lstat(from);
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await utimes(to, atime, mtime);
}

async function copyLink({ from, to }: Pair): Promise<void> {
  const { atime, mtime } = await lstat(from);
  await symlink(await readlink(from), to);
  await lutimes(to, atime, mtime);
}
