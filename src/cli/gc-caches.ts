import { type Cache, listCaches, removeCache } from '../ledger/caches.ts';
import { pidOf } from '../ledger/owner.ts';
import { durationText, sizeText } from '../report/words.ts';
import type { World } from './world.ts';

export interface CacheWish {
  readonly isDry: boolean;
  readonly json: boolean;
  /** Undefined: only list them. A cache is kept on purpose, so that none goes without an age being named. */
  readonly olderThanMs: number | undefined;
}

/** `runner gc --caches`: size and age of each cache, and with `--older-than` the removal of those that were not used for so long. */
export async function gcCaches(world: World, { isDry, json, olderThanMs }: CacheWish): Promise<number> {
  const { containers } = (await world.connector())({});
  const { stateFolder, owner, clock } = world;
  const now = clock.now();
  const caches = await listCaches(stateFolder, containers);
  const rows = await Promise.all(
    caches.map(async (cache) => {
      const isOld = olderThanMs !== undefined && cache.heldBy === undefined && now - (cache.usedAt ?? 0) >= olderThanMs;
      const removed = isOld && !isDry && (await removeCache(cache.volume, containers, { stateFolder, owner, expiresAt: now + 60_000 }));
      return { ...cache, isOld, removed };
    }),
  );
  await world.stdout.write(
    json ? `${JSON.stringify(rows, null, 2)}\n` : rows.map((row) => `${cacheText(row, now)}${fateOf(row)}\n`).join('') || 'no caches\n',
  );
  return 0;
}

const fateOf = ({ isOld, removed }: { readonly isOld: boolean; readonly removed: boolean }): string =>
  removed ? '  removed' : isOld ? '  would be removed' : '';

/** `runner-cache-0-npm  120 MB, used 3 h ago`. */
export function cacheText({ volume, sizeBytes, usedAt, heldBy }: Cache, now: number): string {
  const size = sizeBytes === undefined ? 'size unknown' : sizeText(sizeBytes);
  const age = usedAt === undefined ? 'never used from here' : `used ${durationText(now - usedAt)} ago`;
  return `${volume}  ${size}, ${heldBy === undefined ? age : `in use by process ${pidOf(heldBy)}`}`;
}
