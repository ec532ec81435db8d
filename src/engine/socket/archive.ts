import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import path from 'node:path/posix';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type Extract, extract, type Header } from 'tar-stream';
import { tagged } from './own.ts';
import { malformed, Refusal } from './refusal.ts';
import { listOf, objectOf, textOf, textsOf } from './rules/fields.ts';
import { type Json, parseObject } from './strict-json.ts';

/** An image in an archive: its id, and the names that it brings. */
export interface Archived {
  readonly id: string;
  readonly names: readonly string[];
}

/** Descriptions are small; layers are not kept. */
const MAX_TEXT_BYTES = 4 * 2 ** 20;

/** Writes an archive of `docker save` to a file, and says what is in it. Throws a Refusal for what can be read in two ways. */
export async function readArchive(body: AsyncIterable<Uint8Array>, file: string): Promise<readonly Archived[]> {
  const texts = new Texts();
  try {
    const tar = extract();
    await Promise.all([unpackInto(tar, teed(body, file)), readEntries(tar, texts)]);
  } catch (thrown) {
    throw thrown instanceof Refusal ? thrown : malformed(`the archive can't be read: ${(thrown as Error).message}`);
  }
  return imagesIn(texts);
}

/** Plain, or compressed in a way that is known here. */
export async function unpackInto(tar: Extract, body: AsyncIterable<Uint8Array>): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) throw malformed('the archive is empty');
  const whole = Readable.from(joined(first.value, chunks));
  const unpack = unpackerOf(first.value);
  await (unpack ? pipeline(whole, unpack, tar) : pipeline(whole, tar));
}

async function* joined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let next: IteratorResult<Uint8Array> = { value: first }; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* teed(body: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const copy = createWriteStream(file, { mode: 0o600, flags: 'wx' });
  try {
    for await (const chunk of body) {
      if (!copy.write(chunk)) await new Promise<void>((resolve) => copy.once('drain', resolve));
      yield chunk;
    }
  } finally {
    await new Promise<void>((resolve, reject) => copy.once('error', reject).end(() => resolve()));
  }
}

function unpackerOf(start: Uint8Array): Transform | undefined {
  const magic = Buffer.from(start.subarray(0, 4)).toString('hex');
  if (magic.startsWith('1f8b')) return createGunzip();
  if (magic === '28b52ffd') return createZstdDecompress();
  if (magic.startsWith('425a68') || magic === 'fd377a58')
    throw malformed('only plain archives, gzip and zstd are read here; unpack it first');
  return undefined;
}

/** The small files of an archive by their path, each in every version that is there. */
class Texts {
  readonly #byPath = new Map<string, string[]>();
  readonly #links = new Set<string>();

  /** False: its content is of no interest. */
  wants({ name, type, size = 0 }: Header): boolean {
    const place = path.normalize(`/${name}`);
    if (type === 'symlink' || type === 'link') this.#links.add(place);
    for (let folder = place; folder !== '/'; folder = path.dirname(folder))
      if (this.#links.has(folder) && folder !== place) throw new Error(`${name} lies behind a link`);
    if (type !== 'file' && DESCRIPTIONS.includes(place)) throw new Error(`${name} is no file`);
    return type === 'file' && size <= MAX_TEXT_BYTES;
  }

  keep(name: string, text: string): void {
    const place = path.normalize(`/${name}`);
    this.#byPath.set(place, [...(this.#byPath.get(place) ?? []), text]);
  }

  all(place: string): readonly string[] {
    return this.#byPath.get(path.normalize(`/${place}`)) ?? [];
  }
}

const DESCRIPTIONS = ['/manifest.json', '/index.json', '/repositories', '/oci-layout'];

async function readEntries(tar: ReturnType<typeof extract>, texts: Texts): Promise<void> {
  for await (const entry of tar) {
    if (texts.wants(entry.header)) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      texts.keep(entry.header.name, Buffer.concat(chunks).toString('latin1'));
    } else entry.resume();
  }
}

function imagesIn(texts: Texts): readonly Archived[] {
  const manifests = texts.all('manifest.json').flatMap((text) => listOf(strictly(text, MANIFEST), 'manifest.json'));
  if (manifests.length === 0) throw malformed('the archive has no manifest.json: save it with Docker 1.10 or newer');
  const indexed = texts
    .all('index.json')
    .flatMap((text) => listOf(objectOf(strictly(text, INDEX), 'index.json')['manifests'], 'manifests'));
  return [
    ...manifests.map((one) => {
      const { Config, RepoTags } = objectOf(one, 'manifest.json');
      return {
        id: idOf(textOf(Config, 'Config'), texts),
        names: listOf(RepoTags, 'RepoTags').map((name) => tagged(textOf(name, 'RepoTags'))),
      };
    }),
    ...indexed.flatMap((one) => {
      const { digest, annotations } = objectOf(one, 'index.json');
      const name = textsOf(annotations, 'annotations')['io.containerd.image.name'];
      return name === undefined ? [] : [{ id: textOf(digest, 'digest'), names: [tagged(name)] }];
    }),
  ];
}

const MANIFEST = ['Config', 'RepoTags'];
const INDEX = ['manifests', 'annotations', 'digest', 'io.containerd.image.name'];

/** The daemon does not mind the case of a key: one that only looks like one of these would hold what is not read here. */
function strictly(latin1: string, keys: readonly string[]): Json {
  const { value } = parseObject(`{"value":${Buffer.from(latin1, 'latin1').toString()}}`);
  const strange = keysIn(value ?? null).find(
    (key) => !keys.includes(key) && keys.some((known) => known.toLowerCase() === key.toLowerCase()),
  );
  if (strange !== undefined) throw malformed(`the archive has the key ${strange}, which can be read in two ways`);
  return value ?? null;
}

function keysIn(value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(keysIn);
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
}

/** An image's id is the hash of its configuration, whatever the archive calls that file. */
function idOf(config: string, texts: Texts): string {
  const [text, ...more] = texts.all(config);
  if (text === undefined || more.length > 0) throw malformed(`the archive has no single ${config}`);
  return `sha256:${createHash('sha256').update(text, 'latin1').digest('hex')}`;
}
