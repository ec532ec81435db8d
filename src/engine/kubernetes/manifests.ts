import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { LineCounter, parseAllDocuments, type ScalarTag, type Tags } from 'yaml';
import { type Place, RunnerError } from '../../errors.ts';
import type { KubeObject } from './object.ts';

/** An object as the user wrote it, and where. */
export interface Manifest {
  readonly object: KubeObject;
  readonly at: Place;
}

const IS_MANIFEST = /\.(ya?ml|json)$/;

/** The objects of files, and of the files of folders by name, in order. A list counts as what is in it. */
export async function readManifests(files: readonly string[]): Promise<readonly Manifest[]> {
  const found = await Promise.all(files.map(filesOf));
  const texts = await Promise.all(found.flat().map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
  return texts.flatMap(({ file, text }) => parseManifests(text, file));
}

async function filesOf(file: string): Promise<readonly string[]> {
  if (!(await stat(file)).isDirectory()) return [file];
  const names = (await readdir(file)).filter((name) => IS_MANIFEST.test(name)).toSorted();
  if (names.length > 0) return names.map((name) => path.join(file, name));
  throw new RunnerError('manifest.invalid', 'the folder has no manifests', { detail: [file, 'looked for *.yaml, *.yml and *.json'] });
}

/** Rejects with `manifest.invalid` and the line. */
export function parseManifests(text: string, file: string): readonly Manifest[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { version: '1.1', customTags: asKubernetes, lineCounter });
  if ('empty' in documents) return [];
  return documents.flatMap((document) => {
    const place = (offset: number): Place => ({ file, line: lineCounter.linePos(offset).line, column: lineCounter.linePos(offset).col });
    const [problem] = document.errors;
    if (problem)
      throw new RunnerError('manifest.invalid', (problem.message.split('\n')[0] ?? '').replace(/ at line .*/, ''), {
        at: place(problem.pos[0]),
      });
    const value = document.toJS() as unknown;
    if (value === null || value === undefined) return [];
    return objectsIn(value, place(document.contents?.range?.[0] ?? 0));
  });
}

function objectsIn(value: unknown, at: Place): readonly Manifest[] {
  const { apiVersion, kind, items, metadata } = value as KubeObject & { items?: readonly unknown[] };
  if (typeof apiVersion !== 'string' || typeof kind !== 'string')
    throw new RunnerError('manifest.invalid', 'not a Kubernetes object: it has no `apiVersion` or no `kind`', { at });
  if (kind.endsWith('List') && Array.isArray(items)) return items.flatMap((item) => objectsIn(item, at));
  if (!metadata?.name && !metadata?.generateName)
    throw new RunnerError('manifest.invalid', `this ${kind} has no \`metadata.name\``, { at });
  return [{ object: value as KubeObject, at }];
}

/** Kubernetes reads YAML 1.1, where 0644 is octal, but without its times: `22:22` and a date are texts. */
const asKubernetes = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || !((tag as ScalarTag).format === 'TIME' || tag.tag === 'tag:yaml.org,2002:timestamp'));
