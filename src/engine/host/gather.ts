import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, realpath, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import picomatch from 'picomatch';
import { extract } from 'tar-stream';
import { RunnerError } from '../../errors.ts';
import type { GatheredFile, Tree } from '../ports.ts';

interface Wanted {
  readonly matches: (relative: string) => boolean;
  /** Absolute; undefined: only look. */
  readonly to: string | undefined;
}

/** See `HostEngine.gather`. Files come in the order of their paths. */
export async function gather(what: {
  readonly tree: Tree;
  readonly wanted: readonly string[];
  readonly to: string | undefined;
}): Promise<readonly GatheredFile[]> {
  const matcher = picomatch(what.wanted.flatMap(withBelow), { dot: true });
  const { tree, to } = what;
  const same = 'folder' in tree && to !== undefined && path.resolve(to) === path.resolve(tree.folder);
  const wanted: Wanted = { matches: (relative) => matcher(relative), to: same ? undefined : to };
  const files = 'folder' in tree ? await fromFolder(tree.folder, wanted) : await fromTar(tree.tar, wanted);
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whoever names a folder means all that is in it. */
function withBelow(pattern: string): readonly string[] {
  const named = pattern.replace(/^\.\//, '').replace(/\/$/, '');
  return [named, `${named}/**`];
}

async function fromFolder(folder: string, wanted: Wanted): Promise<GatheredFile[]> {
  const found: GatheredFile[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const absolute = path.join(entry.parentPath, entry.name);
    const relative = path.relative(folder, absolute);
    if (!entry.isFile() || !wanted.matches(relative)) continue;
    const { mode } = await lstat(absolute);
    found.push(await keep(createReadStream(absolute), { relative, mode, to: wanted.to }));
  }
  return found;
}

/** The daemon's tar has the folder's own name in front of every path. */
async function fromTar(tar: Readable, wanted: Wanted): Promise<GatheredFile[]> {
  const found: GatheredFile[] = [];
  const entries = extract();
  tar.on('error', (error) => entries.destroy(error)).pipe(entries);
  for await (const entry of entries) {
    const { name, type, mode = 0o644, linkname } = entry.header;
    const relative = path.posix.normalize(name).split('/').slice(1).join('/');
    if (type === 'file' && wanted.matches(relative))
      found.push(await keep(entry as unknown as Readable, { relative, mode, to: wanted.to }));
    else if (type === 'symlink' && wanted.matches(relative) && wanted.to) await keepLink(relative, linkname ?? '', wanted.to);
    entry.resume();
  }
  return found;
}

/** Written beside its final name first, so that nobody ever sees half a file. */
async function keep(
  content: Readable,
  file: { readonly relative: string; readonly mode: number; readonly to: string | undefined },
): Promise<GatheredFile> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const counted = new PassThrough();
  counted.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    sizeBytes += chunk.length;
  });
  if (file.to === undefined) await pipeline(content, counted);
  else {
    const target = await targetOf(file.to, file.relative);
    const partial = `${target}.runner-partial`;
    await pipeline(content, counted, createWriteStream(partial, { mode: file.mode & 0o777 }));
    await rename(partial, target);
  }
  return { path: file.relative, sizeBytes, sha256: hash.digest('hex') };
}

async function keepLink(relative: string, linkname: string, to: string): Promise<void> {
  const target = await targetOf(to, relative);
  const points = path.resolve(path.dirname(target), linkname);
  if (path.relative(to, points).startsWith('..')) return;
  await rm(target, { force: true });
  await symlink(linkname, target);
}

/** Never outside `to`, also not by a link that lies on the way. */
async function targetOf(to: string, relative: string): Promise<string> {
  const target = path.join(to, relative);
  await mkdir(path.dirname(target), { recursive: true });
  const [root, folder] = await Promise.all([realpath(to), realpath(path.dirname(target))]);
  if (folder !== root && !folder.startsWith(`${root}/`)) {
    throw new RunnerError('host.failed', `artifact ${relative} would be written outside ${to}`, {
      hint: 'Remove the link on its way, or use --artifacts-dir.',
    });
  }
  return target;
}
