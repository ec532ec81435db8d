import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerEngine } from '../engine/ports.ts';
import { LABEL } from '../plan/names.ts';
import { type Locker, lockHolder, tryLock } from './lock.ts';

/** A volume that outlives its runs. */
export interface Cache {
  readonly volume: string;
  readonly sizeBytes?: number;
  /** Milliseconds since the epoch; undefined: no run of this state folder ever used it. */
  readonly usedAt?: number;
  /** The owner that uses it now. */
  readonly heldBy?: string;
}

export const cacheLock = (stateFolder: string, volume: string): string => join(stateFolder, 'caches', `${volume}.lock`);
const usePath = (stateFolder: string, volume: string): string => join(stateFolder, 'caches', `${volume}.used`);

/** Never in the way of a run: a time that could not be written only makes the cache look older than it is. */
export async function recordUse(stateFolder: string, volume: string, now: number): Promise<void> {
  try {
    await mkdir(join(stateFolder, 'caches'), { recursive: true, mode: 0o700 });
    await writeFile(usePath(stateFolder, volume), `${now}\n`);
  } catch {
    // As said above.
  }
}

/** Every cache on the daemon, with what is known here about its use. Measuring takes the daemon seconds where caches are large. */
export async function listCaches(stateFolder: string, containers: ContainerEngine): Promise<readonly Cache[]> {
  const [labelled, sizes] = await Promise.all([containers.labelled(LABEL.cache), containers.volumeSizes(LABEL.cache)]);
  const volumes = labelled.filter(({ resource }) => resource.kind === 'volume').map(({ resource }) => resource.name);
  return Promise.all(
    volumes.toSorted().map(async (volume) => ({
      volume,
      ...defined('sizeBytes', sizes.get(volume)),
      ...defined('usedAt', await usedAtOf(stateFolder, volume)),
      ...defined('heldBy', await lockHolder(cacheLock(stateFolder, volume))),
    })),
  );
}

/** Remove a cache, unless a run uses it: false then. */
export async function removeCache(
  volume: string,
  containers: ContainerEngine,
  locker: Locker & { readonly stateFolder: string },
): Promise<boolean> {
  const lock = await tryLock(cacheLock(locker.stateFolder, volume), locker);
  if (!lock.held) return false;
  try {
    await containers.removeVolume(volume);
    await rm(usePath(locker.stateFolder, volume), { force: true });
    return true;
  } finally {
    await lock.release();
  }
}

async function usedAtOf(stateFolder: string, volume: string): Promise<number | undefined> {
  const text = await readFile(usePath(stateFolder, volume), 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || undefined;
}

const defined = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
