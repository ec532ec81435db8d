import path from 'node:path/posix';
import { buffer } from 'node:stream/consumers';
import { type Extract, extract, type Header, type Pack, pack } from 'tar-stream';
import { unpackInto } from './archive.ts';
import { labelledStages } from './dockerfile.ts';
import { malformed, Refusal } from './refusal.ts';

const MAX_DOCKERFILE_BYTES = 4 * 2 ** 20;

interface Labelling {
  /** The path of the Dockerfile in the context; empty: where the daemon looks for it. */
  readonly dockerfile: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The context of a build as it comes, with labels in all stages of its Dockerfile: the image of a step then says whose it is, and that
 * of a build that ended early, too. Throws a Refusal for an archive in which the Dockerfile can't be seen.
 */
export async function* labelledContext(body: AsyncIterable<Uint8Array>, labelling: Labelling): AsyncGenerator<Uint8Array> {
  const packed = pack();
  rewrite(body, packed, labelling).catch((thrown: Error) =>
    packed.destroy(thrown instanceof Refusal ? thrown : malformed(`the context can't be read: ${thrown.message}`)),
  );
  yield* packed as AsyncIterable<Uint8Array>;
}

async function rewrite(body: AsyncIterable<Uint8Array>, packed: Pack, { dockerfile, labels }: Labelling): Promise<void> {
  const places = dockerfile === '' ? ['/Dockerfile', '/dockerfile'] : [path.normalize(`/${dockerfile}`)];
  const seen = new Set<string>();
  const tar = extract();
  const copying = async (): Promise<void> => {
    for await (const entry of tar) {
      const place = path.normalize(`/${entry.header.name}`);
      if (places.includes(place) && isPlain(entry.header)) {
        seen.add(place);
        const text = labelledStages((await buffer(entry)).toString('latin1'), labels);
        packed.entry({ ...entry.header, size: text.length }, Buffer.from(text, 'latin1'));
      } else await copied(entry, packed);
    }
    if (seen.size === 0) throw malformed(`the context has no plain file ${dockerfile || 'Dockerfile'}`);
    packed.finalize();
  };
  await Promise.all([unpackInto(tar, body), copying()]);
}

type Entry = Extract extends AsyncIterable<infer One> ? One : never;

const isPlain = ({ type, size }: Header): boolean => type === 'file' && size <= MAX_DOCKERFILE_BYTES;

const copied = (entry: Entry, packed: Pack): Promise<void> =>
  new Promise((resolve, reject) => {
    entry.on('error', reject).pipe(packed.entry(entry.header, (error) => (error ? reject(error) : resolve())));
  });
