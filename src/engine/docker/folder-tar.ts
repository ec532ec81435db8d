import { constants, type Dirent } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pack } from 'tar-stream';
import { RunnerError } from '../../errors.ts';
import { exclusionOf } from '../../plan/exclude.ts';

export interface FolderTar {
  readonly hostPath: string;
  /** Where it is to be, for a tar that is unpacked in `/`. */
  readonly target: string;
  readonly exclude: readonly string[];
  readonly owner: { readonly uid: number; readonly gid: number };
}

/** A path below the folder, `.` for the folder itself. */
interface Found {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
}

/**
 * A folder as a tar: modes, times and links kept, everything owned by one user; sockets, pipes and devices left out.
 * Files are streamed, one at a time. The stream is destroyed with a RunnerError when something cannot be read.
 */
export async function folderTar(folder: FolderTar): Promise<Readable> {
  const { pack } = await import('./tar.ts');
  const tar = pack();
  packAll(tar, folder).then(
    () => tar.finalize(),
    (thrown: unknown) => tar.destroy(thrown as Error),
  );
  return tar as unknown as Readable;
}

async function packAll(tar: Pack, folder: FolderTar): Promise<void> {
  for await (const found of treeOf(folder)) {
    await packOne(tar, folder, found).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' && found.path !== '.') return; // removed meanwhile: no part of the copy
      throw unreadable(path.join(folder.hostPath, found.path), cause);
    });
  }
}

async function* treeOf({ hostPath, exclude }: FolderTar): AsyncGenerator<Found> {
  const exclusion = exclusionOf(exclude);
  yield { path: '.', type: 'directory' };
  yield* below('');

  async function* below(folder: string): AsyncGenerator<Found> {
    for (const entry of await listed(hostPath, folder)) {
      const found = foundOf(folder, entry);
      if (found) yield* wanted(found);
    }
  }

  /** An excluded folder appears only when something below it is taken back. */
  async function* wanted(found: Found): AsyncGenerator<Found> {
    const excluded = exclusion.leavesOut(found.path);
    if (!excluded) yield found;
    if (found.type !== 'directory' || exclusion.prunes(found.path)) return;
    let told = !excluded;
    for await (const child of below(found.path)) {
      if (!told) yield found;
      told = true;
      yield child;
    }
  }
}

async function listed(root: string, below: string): Promise<readonly Dirent[]> {
  const folder = path.join(root, below);
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' && below !== '') return [];
    throw unreadable(folder, cause);
  });
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function foundOf(folder: string, entry: Dirent): Found | undefined {
  const found = folder === '' ? entry.name : `${folder}/${entry.name}`;
  if (entry.isDirectory()) return { path: found, type: 'directory' };
  if (entry.isFile()) return { path: found, type: 'file' };
  return entry.isSymbolicLink() ? { path: found, type: 'symlink' } : undefined;
}

async function packOne(tar: Pack, { hostPath, target, owner }: FolderTar, found: Found): Promise<void> {
  const file = path.join(hostPath, found.path);
  const header = { name: path.join(target, found.path).replace(/^\/+/, ''), ...owner };
  if (found.type === 'file') return packFile(tar, file, header);
  const { mode, mtimeMs } = await lstat(file);
  const linked = found.type === 'symlink' ? { linkname: await readlink(file) } : {};
  tar.entry({ ...header, ...linked, type: found.type, mode: mode & 0o7777, ...timesOf(mtimeMs) });
}

async function packFile(
  tar: Pack,
  file: string,
  header: { readonly name: string; readonly uid: number; readonly gid: number },
): Promise<void> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size, mode, mtimeMs } = await handle.stat();
    const entry = tar.entry({ ...header, type: 'file', mode: mode & 0o7777, size, ...timesOf(mtimeMs) });
    await pipeline(Readable.from(bytesOf(handle, size)), entry as unknown as NodeJS.WritableStream);
  } finally {
    await handle.close();
  }
}

/** As many bytes as the header promised: a file that grows meanwhile is cut there. */
async function* bytesOf(handle: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - at)));
    if (bytesRead === 0) throw new Error('it became shorter while it was read');
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

const CHUNK_BYTES = 256 * 1024;

/** The old header holds whole seconds; make and its like compare fractions. */
const timesOf = (mtimeMs: number): { readonly mtime: Date; readonly pax: Record<string, string> } => ({
  mtime: new Date(mtimeMs),
  pax: { mtime: (mtimeMs / 1000).toFixed(6) },
});

const unreadable = (file: string, cause: NodeJS.ErrnoException): RunnerError =>
  cause instanceof RunnerError
    ? cause
    : new RunnerError(cause.code === 'ENOENT' ? 'mount.missing' : 'host.failed', `${file} cannot be copied into the container`, {
        detail: [`system: ${cause.message}`],
        hint: 'Make it readable for the user who runs this, or list it under `workspace.exclude`.',
        cause,
      });
