import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extract } from 'tar-stream';
import { expect, onTestFinished, test } from 'vitest';
import { folderTar } from '../../../../src/engine/docker/folder-tar.ts';

const owner = { uid: 1, gid: 1 };

/** A folder of which the first file is larger than what is read ahead of whoever takes the tar. */
function liveFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'folder-tar-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'a'), Buffer.alloc(8 * 1024 * 1024));
  mkdirSync(path.join(folder, 'b'));
  writeFileSync(path.join(folder, 'b/inside'), 'x');
  writeFileSync(path.join(folder, 'c'), 'x');
  symlinkSync('c', path.join(folder, 'd'));
  writeFileSync(path.join(folder, 'e'), 'x');
  return folder;
}

test('what is removed while the tar is made is no part of it', async () => {
  const hostPath = liveFolder();
  const names: string[] = [];
  const taker = extract();
  const tar = await folderTar({ hostPath, target: '/w', exclude: [], owner });
  tar.pipe(taker as unknown as NodeJS.WritableStream);
  for await (const entry of taker) {
    names.push(entry.header.name);
    if (entry.header.name === 'w/a') for (const name of ['b', 'c', 'd']) rmSync(path.join(hostPath, name), { recursive: true });
    entry.resume();
  }
  expect(names).toEqual(['w', 'w/a', 'w/e']);
});
