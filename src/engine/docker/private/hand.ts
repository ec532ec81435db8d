import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RunnerError } from '../../../errors.ts';
import type { ExportSpec } from '../../../spec/spec.ts';
import type { Moving } from '../../ports/private-daemons.ts';
import { execOutput } from '../exec-stream.ts';
import type { DaemonClient } from '../http.ts';
import { WHICH } from './inside.ts';

export interface Handing extends Moving {
  readonly daemon: string;
  readonly image: ExportSpec;
}

/** See `PrivateDaemons.hand`. */
export async function hand(client: DaemonClient, { daemon, image: { image, archive }, signal, onProgress }: Handing): Promise<string> {
  onProgress(`handing on ${image}`);
  const stream = new PassThrough();
  const taken = archive === undefined ? load(client, image, stream) : write(archive, stream);
  taken.catch(() => stream.destroy());
  const { code, stderr } = await execOutput(client, daemon, ['sh', '-c', WHICH, 'sh', 'docker', 'save', image], { sink: stream, signal });
  if (code !== 0) {
    const failed = new RunnerError('image.missing', `the private daemon has no image ${image} to hand on`, {
      detail: stderr.trim().split('\n').slice(-3),
      hint: 'Name an image in `dind.export` that the steps make.',
    });
    stream.destroy(failed);
    await taken.catch(() => {});
    throw failed;
  }
  stream.end();
  await taken;
  return `${image} is in ${archive ?? 'the outer daemon'}`;
}

const load = (client: DaemonClient, image: string, tar: Readable): Promise<void> =>
  client.done({ method: 'POST', path: '/images/load', query: { quiet: 1 }, tar: async () => tar, doing: `take over image ${image}` });

/** Beside its name first, so that half an archive never looks like one. */
async function write(archive: string, tar: Readable): Promise<void> {
  await mkdir(path.dirname(archive), { recursive: true });
  const part = `${archive}.part`;
  try {
    await pipeline(tar, createWriteStream(part));
    await rename(part, archive);
  } finally {
    await rm(part, { force: true });
  }
}
