import { randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Mount } from '../../../plan/objects.ts';
import { targetOf } from './probe-body.ts';

/** Something by which a place is recognised from the other side. */
export interface LeftSign {
  readonly mount: Mount;
  /** Below the mount; '' for the mount itself. */
  readonly point: string;
  /** The place in the container of the probe. */
  readonly at: string;
  readonly sign: Nonce | Stamp;
  readonly says: string;
}

/** A file of ours with a content nobody else can know. */
export interface Nonce {
  readonly type: 'nonce';
  readonly hostPath: string;
  readonly name: string;
  readonly content: string;
}

/** Where nothing may be written: when it was changed, to the nanosecond, and how big it is. */
export interface Stamp {
  readonly type: 'stamp';
  readonly changedNs: bigint;
  readonly size: bigint;
}

export interface Place {
  readonly mount: Mount;
  readonly index: number;
  readonly point: string;
}

/** Leaves a sign at a path of the runner. */
export async function left({ mount, index, point }: Place): Promise<LeftSign> {
  const hostPath = path.join(mount.type === 'tmpfs' ? '' : (mount.hostPath ?? ''), point);
  const at = path.posix.join(targetOf(index), point);
  const nonce: Nonce = { type: 'nonce', hostPath, name: `.runner-probe-${randomUUID()}`, content: randomUUID() };
  try {
    await writeFile(path.join(hostPath, nonce.name), nonce.content, { flag: 'wx' });
    return { mount, point, at, sign: nonce, says: `the file ${nonce.name}, which it wrote` };
  } catch {
    const { mtimeNs, size } = await stat(hostPath, { bigint: true });
    const says = `something of ${size} bytes, changed at ${new Date(Number(mtimeNs / 1_000_000n)).toISOString()}`;
    return { mount, point, at, sign: { type: 'stamp', changedNs: mtimeNs, size }, says };
  }
}

export const takeBack = (signs: readonly LeftSign[]): Promise<unknown> =>
  Promise.all(signs.map(({ sign }) => (sign.type === 'nonce' ? rm(path.join(sign.hostPath, sign.name), { force: true }) : undefined)));
