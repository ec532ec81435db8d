import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostEngine } from '../../../../src/engine/host/host.ts';

const { createFolder, removeFolder } = hostEngine();
let dir: string;
let from: string;
let to: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'host-folder-'));
  from = join(dir, 'from');
  to = join(dir, 'to');
  await mkdir(join(from, 'src'), { recursive: true });
  await writeFile(join(from, 'src/main.c'), 'int main;');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const treeOf = async (path: string): Promise<string[]> => (await readdir(path, { recursive: true })).sort();

test('a folder is made for its owner alone', async () => {
  await createFolder(to);
  expect((await stat(to)).mode & 0o777).toBe(0o700);
});

test('a folder that exists already is somebody else’s', async () => {
  await expect(createFolder(from)).rejects.toMatchObject({ code: 'host.failed', message: `the folder ${from} could not be made` });
});

test('a copy keeps contents, modes and times, of folders too', async () => {
  await chmod(join(from, 'src/main.c'), 0o750);
  await utimes(join(from, 'src/main.c'), 1_000_000, 2_000_000);
  await chmod(join(from, 'src'), 0o555);
  await utimes(join(from, 'src'), 1_000_000, 3_000_000);
  await createFolder(to, { from, exclude: [] });
  expect(await readFile(join(to, 'src/main.c'), 'utf8')).toBe('int main;');
  expect(await stat(join(to, 'src/main.c'))).toMatchObject({ mode: 0o100750, mtimeMs: 2_000_000_000 });
  expect(await stat(join(to, 'src'))).toMatchObject({ mode: 0o40555, mtimeMs: 3_000_000_000 });
});

test('links stay links, wherever they point', async () => {
  await symlink('/etc/passwd', join(from, 'out'));
  await symlink('no/such', join(from, 'broken'));
  await symlink('src', join(from, 'alias'));
  await createFolder(to, { from, exclude: [] });
  expect(await Promise.all(['out', 'broken', 'alias'].map((name) => readlink(join(to, name))))).toEqual(['/etc/passwd', 'no/such', 'src']);
});

test('what is excluded is not copied', async () => {
  await mkdir(join(from, 'node_modules/x'), { recursive: true });
  await writeFile(join(from, 'debug.log'), '');
  await createFolder(to, { from, exclude: ['node_modules', '*.log'] });
  expect(await treeOf(to)).toEqual(['src', 'src/main.c']);
});

test('what is removed while it is copied is no part of the copy', async () => {
  await symlink('src', join(from, 'alias'));
  let folders = 0;
  const removing = {
    throwIfAborted() {
      folders += 1;
      if (folders > 1) rmSync(join(from, 'src'), { recursive: true, force: true });
    },
  } as AbortSignal;
  await createFolder(to, { from, exclude: [] }, removing);
  expect(await treeOf(to)).toEqual(['alias', 'src']);
});

test('sockets and pipes are not copied', async () => {
  const server = createServer().listen(join(from, 'a.sock'));
  await once(server, 'listening');
  spawnSync('mkfifo', [join(from, 'pipe')]);
  await createFolder(to, { from, exclude: [] });
  server.close();
  expect(await treeOf(to)).toEqual(['src', 'src/main.c']);
});

test('a copy into the copied folder does not copy itself', async () => {
  const inside = join(from, 'tmp');
  await createFolder(inside, { from, exclude: [] });
  expect(await treeOf(inside)).toEqual(['src', 'src/main.c']);
});

test('a copy of a folder that is not there is a host failure', async () => {
  await expect(createFolder(to, { from: '/no/such', exclude: [] })).rejects.toMatchObject({
    code: 'host.failed',
    message: `/no/such could not be copied to ${to}`,
  });
});

test('an abort stops the copy', async () => {
  await expect(createFolder(to, { from, exclude: [] }, AbortSignal.abort())).rejects.toMatchObject({ code: 'host.failed' });
  expect(await treeOf(to)).toEqual([]);
});

test('removing what is absent is done at once', async () => {
  await removeFolder(join(dir, 'absent'));
  await removeFolder(join(dir, 'absent/below'));
});

test('a folder goes with everything in it, and nothing goes that a link in it points to', async () => {
  await createFolder(to);
  await symlink(from, join(to, 'link'));
  await removeFolder(to);
  expect(await treeOf(dir)).toEqual(['from', 'from/src', 'from/src/main.c']);
});

test('a folder and one inside it can be removed at the same time', async () => {
  for (let round = 0; round < 20; round += 1) {
    const inner = join(to, 'inner');
    await createFolder(to);
    await createFolder(inner, { from, exclude: [] });
    await Promise.all([removeFolder(to), removeFolder(inner)]);
    expect(await treeOf(dir)).not.toContain('to');
  }
});

test('a link in the place of a folder goes as a link', async () => {
  await symlink(from, to);
  await removeFolder(to);
  await expect(lstat(to)).rejects.toThrow('ENOENT');
  expect(await treeOf(from)).toEqual(['src', 'src/main.c']);
});

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)('folders without a single permission go, too, for a user who is not root', async () => {
  const script = `import { hostEngine } from '${join(import.meta.dirname, '../../../../src/engine/host/host.ts')}'; await hostEngine().removeFolder('${to}');`;
  await createFolder(to, { from, exclude: [] });
  spawnSync('chown', ['-R', '65534:65534', dir]);
  for (const path of ['src', '']) await chmod(join(to, path), 0);
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { uid: 65534, gid: 65534, stdio: 'inherit' });
  expect(await once(child, 'exit')).toEqual([0, null]);
  await expect(lstat(to)).rejects.toThrow('ENOENT');
});

test.skipIf(!isRoot)('what is mounted inside is left alone and reported, and the rest goes', async () => {
  await createFolder(to, { from, exclude: [] });
  const point = join(to, 'deep/a mount');
  await mkdir(point, { recursive: true });
  if (spawnSync('mount', ['--bind', from, point]).status !== 0) return;
  try {
    await expect(removeFolder(to)).rejects.toMatchObject({ code: 'host.failed', detail: [`mounted at ${point}`] });
    await expect(removeFolder(point)).rejects.toMatchObject({ code: 'host.failed' });
    expect(await treeOf(from)).toEqual(['src', 'src/main.c']);
    expect(await treeOf(to)).toEqual(['deep', 'deep/a mount', 'deep/a mount/src', 'deep/a mount/src/main.c']);
  } finally {
    spawnSync('umount', [point]);
  }
  await removeFolder(to);
});
