import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseManifests, readManifests } from '../../../../src/engine/kubernetes/manifests.ts';

const names = (text: string): readonly string[] =>
  parseManifests(text, 'k.yaml').map(({ object }) => `${object.kind} ${object.metadata.name}`);
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;

test('documents are taken one by one, with empty ones left out', () => {
  expect(names(`---\n# nothing\n---\n${configMap('a')}---\n${configMap('b')}---\n`)).toEqual(['ConfigMap a', 'ConfigMap b']);
  expect(names('')).toEqual([]);
});

test('each object knows the line it begins on', () => {
  expect(parseManifests(`${configMap('a')}---\n${configMap('b')}`, 'k.yaml').map(({ at }) => at.line)).toEqual([1, 5]);
});

test('a list counts as what is in it', () => {
  expect(names(`apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Pod, metadata: {name: p}}`)).toEqual(['Pod p']);
});

test('numbers and words are read as Kubernetes reads them', () => {
  const [one] = parseManifests(`${configMap('a')}data: { mode: 0644, port: 22:22, day: 2026-01-01, on: yes, text: "yes" }`, 'k.yaml');
  expect(one?.object).toMatchObject({
    data: {
      mode: 0o644,
      port: '22:22',
      day: '2026-01-01',
      true: true,
      text: 'yes',
    },
  });
});

test('JSON is read, too', () => {
  expect(names('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}')).toEqual(['Pod p']);
});

test.each([
  ['broken YAML', `${configMap('a')}data: { a: b`, 4],
  ['what is no object', `${configMap('a')}---\nhello: world\n`, 5],
  ['an object without a name', 'apiVersion: v1\nkind: Pod\n', 1],
])('%s is refused with its line', (_, text, line) => {
  expect(() => parseManifests(text, 'k.yaml')).toThrow(
    expect.objectContaining({ code: 'manifest.invalid', at: expect.objectContaining({ file: 'k.yaml', line }) }),
  );
});

test('the files of a folder come in the order of their names, others are left alone', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'manifests-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [file, name] of [
    ['2.yaml', 'b'],
    ['1.yml', 'a'],
    ['README.md', 'c'],
  ] as const)
    await writeFile(path.join(folder, file), configMap(name));
  expect((await readManifests([folder])).map(({ object }) => object.metadata.name)).toEqual(['a', 'b']);
});

test('a folder without manifests is refused', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'manifests-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await expect(readManifests([folder])).rejects.toMatchObject({ code: 'manifest.invalid' });
});
