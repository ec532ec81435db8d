import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Extract, Pack } from '../docker/tar.ts';

/**
 * An archive of images without the blobs that its reader has already. It has to be an OCI layout, as Docker has written since
 * version 25: there a blob is named by its digest, and one that is missing is looked for among those that are there. Nothing is
 * left out of another. The stream is destroyed with what the archive could not be read for.
 */
export async function leanArchive(archive: Readable, known: ReadonlySet<string>): Promise<Readable> {
  const { extract, pack } = await import('./tar.ts');
  const [reading, lean] = [extract(), pack()];
  const passing = Promise.all([pipeline(archive, reading), passOn(reading, lean, known)]);
  passing.catch((error: Error) => lean.destroy(error));
  lean.once('close', () => archive.destroy());
  return lean as unknown as Readable;
}

async function passOn(reading: Extract, lean: Pack, known: ReadonlySet<string>): Promise<void> {
  for await (const entry of reading) {
    if (known.has(digestOf(entry.header.name))) entry.resume();
    else await pipeline(entry, lean.entry(entry.header) as unknown as NodeJS.WritableStream);
  }
  lean.finalize();
}

const digestOf = (name: string): string => name.replace(/^blobs\/([^/]+)\/([^/]+)$/, '$1:$2');
