import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { leanArchive } from '../../../../src/engine/docker/lean-archive.ts';
import { digestsIn } from '../../../../src/engine/kind/node-content.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const C = 'c'.repeat(64);

function archiveOf(files: Readonly<Record<string, string>>): Readable {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  return tar as unknown as Readable;
}

async function filesIn(archive: Readable): Promise<Readonly<Record<string, string>>> {
  const reading = archive.pipe(extract() as unknown as NodeJS.WritableStream) as unknown as ReturnType<typeof extract>;
  const files: Record<string, string> = {};
  for await (const entry of reading) files[entry.header.name] = await text(entry as unknown as Readable);
  return files;
}

test('leaves out the blobs that are known, and nothing else', async () => {
  const files = {
    [`blobs/sha256/${A}`]: 'known',
    [`blobs/sha256/${B}`]: 'new',
    [`${A}/layer.tar`]: 'of an old Docker',
    'index.json': '{}',
  };
  const lean = await leanArchive(archiveOf(files), new Set([`sha256:${A}`, `sha256:${C}`]));
  const { [`blobs/sha256/${A}`]: _, ...rest } = files;
  expect(await filesIn(lean)).toEqual(rest);
});

test('ends in an error where the archive ends too early', async () => {
  const whole = await buffer(archiveOf({ [`blobs/sha256/${B}`]: 'x'.repeat(2_000) }));
  const lean = await leanArchive(Readable.from([whole.subarray(0, 1_000)]), new Set());
  await expect(text(lean)).rejects.toThrow();
});

test('a node has the blobs of its list, and what they are unpacked, but not what they only refer to', () => {
  const listing = `DIGEST\tSIZE\tAGE\tLABELS
sha256:${A}\t2.048kB\t2 hours\tcontainerd.io/gc.ref.content.l.0=sha256:${'d'.repeat(64)},containerd.io/distribution.source.docker.io=library/a
sha256:${B}\t100MB\t2 hours\tcontainerd.io/uncompressed=sha256:${C},containerd.io/gc.ref.content.config=sha256:${'e'.repeat(64)}
`;
  expect(digestsIn(listing)).toEqual(new Set([A, B, C].map((hex) => `sha256:${hex}`)));
});
