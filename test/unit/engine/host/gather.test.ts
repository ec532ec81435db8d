import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostEngine } from '../../../../src/engine/host/host.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'host-gather-'));
  for (const file of ['dist/app', 'dist/lib/.hidden', 'distance', 'reports/a.xml', 'reports/a.txt']) {
    await mkdir(path.dirname(path.join(dir, 'tree', file)), { recursive: true });
    await writeFile(path.join(dir, 'tree', file), file);
  }
});
afterEach(() => rm(dir, { recursive: true }));

const gathered = async (...wanted: readonly string[]): Promise<readonly string[]> => {
  const files = await hostEngine().gather({ tree: { folder: path.join(dir, 'tree') }, wanted, to: path.join(dir, 'out') });
  return files.map((file) => file.path);
};

test.each(['dist', 'dist/', './dist', 'dist/**'])('`%s` is the folder with everything in it, and nothing beside it', async (wanted) => {
  expect(await gathered(wanted)).toEqual(['dist/app', 'dist/lib/.hidden']);
  expect(await readFile(path.join(dir, 'out/dist/lib/.hidden'), 'utf8')).toBe('dist/lib/.hidden');
});

test('stars match, patterns add up, and files come in the order of their paths', async () => {
  expect(await gathered('reports/*.xml', 'dist*')).toEqual(['dist/app', 'dist/lib/.hidden', 'distance', 'reports/a.xml']);
});
