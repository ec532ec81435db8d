import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCompiled } from '../../src/compiled.ts';

let root: string;
let file: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'compiled-'));
  file = path.join(root, 'code.js');
  await writeFile(file, 'exports.twice = (n) => n * 2; exports.here = __filename; exports.sep = require("node:path").sep;');
});
afterEach(() => rm(root, { recursive: true }));

interface Code {
  readonly twice: (n: number) => number;
  readonly here: string;
  readonly sep: string;
}
const load = (build = '1', kinds = ['exec']) => loadCompiled<Code>(file, { folder: path.join(root, 'kept'), build, kinds });
const kept = () => readdir(path.join(root, 'kept')).catch(() => []);

test('loads a file as Node would', () => {
  const { exports } = load();
  expect([exports.twice(21), exports.here, exports.sep]).toEqual([42, file, '/']);
});

test('keeps what was compiled once, and finds it again', async () => {
  load().keep('exec');
  const [first] = await kept();
  load().keep('exec');
  expect(await kept()).toEqual([first]);
  expect(load().exports.twice(1)).toBe(2);
});

test('keeps a form for each kind and for each build', async () => {
  load().keep('exec');
  load().keep('exec-daemon');
  load('2').keep('exec');
  expect(await kept()).toHaveLength(3);
});

test('compiles again when what was kept is spoilt', async () => {
  load().keep('exec');
  const [name] = await kept();
  await writeFile(path.join(root, 'kept', name as string), 'nonsense');
  const { exports, keep } = load();
  expect(exports.twice(3)).toBe(6);
  keep('exec');
  expect(load().exports.twice(3)).toBe(6);
});

test('goes on where nothing can be kept', async () => {
  await writeFile(path.join(root, 'kept'), 'a file where the folder should be');
  const { exports, keep } = load();
  keep('exec');
  expect(exports.twice(4)).toBe(8);
});
