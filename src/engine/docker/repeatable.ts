import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { RunnerError } from '../../errors.ts';
import type { OnProgress } from '../ports.ts';
import { clampTimes } from './clamp-times.ts';
import { isConflict, isNotFound } from './errors.ts';
import type { DaemonClient } from './http.ts';
import { extract, pack } from './tar.ts';

export interface Repeatable {
  readonly tag: string;
  readonly id: string;
  /** Seconds; no file of the image is younger. */
  readonly epoch: number;
  /** A folder of the caller's, who removes it. */
  readonly folder: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

interface Manifest {
  readonly Config: string;
  readonly Layers: readonly string[];
}

interface Layer {
  readonly path: string;
  readonly diffId: string;
  readonly changed: boolean;
}

/**
 * Gives the files in the layers of an image the time of its build where they are younger, so that the same input makes the
 * same digest: BuildKit does it itself only where it exports to an image store of containerd. The tag then names the new image.
 */
export async function makeRepeatable(client: DaemonClient, image: Repeatable): Promise<void> {
  const { tag, id, folder, onProgress, signal } = image;
  onProgress('taking the time out of its files');
  await unpack(await client.send({ method: 'GET', path: `/images/${tag}/get`, signal, doing: `read image ${tag}` }), folder);
  const [manifest] = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as [Manifest];
  const layers: Layer[] = [];
  for (const layer of manifest.Layers) layers.push(await clamped(folder, layer, image.epoch));
  if (!layers.some(({ changed }) => changed)) return;
  const config = JSON.parse(await readFile(path.join(folder, manifest.Config), 'utf8')) as { rootfs: { diff_ids: readonly string[] } };
  config.rootfs.diff_ids = layers.map(({ diffId }) => diffId);
  await writeFile(path.join(folder, CONFIG), JSON.stringify(config));
  await writeFile(
    path.join(folder, MANIFEST),
    JSON.stringify([{ Config: CONFIG, RepoTags: [tag], Layers: layers.map((layer) => layer.path) }]),
  );
  await load(client, folder, layers, tag);
  await forget(client, id);
}

const CONFIG = 'repeatable.json';
const MANIFEST = 'repeatable-manifest.json';

async function unpack(tar: Readable, folder: string): Promise<void> {
  for await (const entry of tar.pipe(extract())) {
    const { type, name } = entry.header;
    const target = path.join(folder, path.join('/', name));
    if (type !== 'file') entry.resume();
    else {
      await mkdir(path.dirname(target), { recursive: true });
      await pipeline(entry as unknown as Readable, createWriteStream(target));
    }
  }
}

async function clamped(folder: string, layer: string, epoch: number): Promise<Layer> {
  const [from, to] = [path.join(folder, layer), path.join(folder, `${layer}.repeatable`)];
  const [before, after] = [createHash('sha256'), createHash('sha256')];
  const counted = async function* () {
    for await (const chunk of createReadStream(from)) {
      before.update(chunk as Buffer);
      yield chunk as Buffer;
    }
  };
  const hashed = async function* () {
    for await (const chunk of clampTimes(counted(), epoch)) {
      after.update(chunk);
      yield chunk;
    }
  };
  await pipeline(hashed, createWriteStream(to));
  const diffId = after.digest('hex');
  return { path: `${layer}.repeatable`, diffId: `sha256:${diffId}`, changed: before.digest('hex') !== diffId };
}

async function load(client: DaemonClient, folder: string, layers: readonly Layer[], tag: string): Promise<void> {
  const files = [...new Set([CONFIG, ...layers.map((layer) => layer.path)])];
  const tar = async (): Promise<Readable> => {
    const packed = pack();
    const fill = async (): Promise<void> => {
      packed.entry({ name: 'manifest.json' }, await readFile(path.join(folder, MANIFEST)));
      for (const name of files) {
        const { size } = await stat(path.join(folder, name));
        await pipeline(createReadStream(path.join(folder, name)), packed.entry({ name, size }) as unknown as NodeJS.WritableStream);
      }
      packed.finalize();
    };
    fill().catch((error: Error) => packed.destroy(error));
    return packed as unknown as Readable;
  };
  const doing = `write image ${tag}`;
  const said = await text(await client.send({ method: 'POST', path: '/images/load', query: { quiet: 1 }, tar, doing }));
  const [, reason] = /"error":"([^"]*)"/.exec(said) ?? [];
  if (reason !== undefined)
    throw new RunnerError('image.build-failed', `Docker could not ${doing}`, { detail: [`the daemon says: ${reason}`] });
}

/** The image from before has no name left, unless the cache has given the same one to another run. */
async function forget(client: DaemonClient, id: string): Promise<void> {
  await client.done({ method: 'DELETE', path: `/images/${id}`, doing: `remove image ${id}` }).catch((refusal: unknown) => {
    if (!isConflict(refusal) && !isNotFound(refusal)) throw refusal;
  });
}
