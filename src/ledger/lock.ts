import { mkdir, readlink, rm, symlink, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unwritable } from '../errors/unwritable.ts';
import { type Aliveness, alivenessOf } from './owner.ts';

/** Who wants a lock, and how to tell whether who has it still lives. */
export interface Locker {
  readonly owner: string;
  /** Where a holder's life can't be seen, its lock is worth nothing after this; milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly aliveness?: (owner: string) => Aliveness;
  readonly now?: () => number;
}

export type Lock = { readonly held: true; release(): Promise<void> } | { readonly held: false; readonly by: string };

/**
 * Try to take a lock; it is known by its path. A lock is a symbolic link that names its holder: the kernel makes it whole or
 * not at all, on every file system, and nobody ever reads half a name. The lock of a dead holder is broken. Throws
 * `state.unwritable` or `host.disk-full`.
 */
export async function tryLock(path: string, locker: Locker): Promise<Lock> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw unwritable(dirname(path), cause);
  });
  for (let tries = 0; tries < 3; tries += 1) {
    if (await link(path, locker)) return { held: true, release: () => rm(path, { force: true }) };
    const holder = await holderOf(path);
    if (holder !== undefined && !isOver(holder, locker)) return { held: false, by: ownerIn(holder) };
    if (holder !== undefined) await breakLock(path, holder, locker);
  }
  return { held: false, by: ownerIn((await holderOf(path)) ?? '') };
}

/** Who holds it now, for messages; undefined: nobody. */
export async function lockHolder(path: string, locker: Omit<Locker, 'owner' | 'expiresAt'> = {}): Promise<string | undefined> {
  const holder = await holderOf(path);
  return holder === undefined || isOver(holder, locker) ? undefined : ownerIn(holder);
}

/**
 * Of all who found the same dead holder only one may remove its lock: another would remove the lock that was taken
 * meanwhile. So they first agree on who by a second link; while it is held, nobody else touches the first.
 */
async function breakLock(path: string, holder: string, locker: Locker): Promise<void> {
  const token = `${path}.breaking`;
  if (!(await link(token, locker))) {
    const breaker = await holderOf(token);
    if (breaker !== undefined && isOver(breaker, locker)) await rm(token, { force: true });
    return;
  }
  try {
    if ((await holderOf(path)) === holder) await unlink(path);
  } finally {
    await rm(token, { force: true });
  }
}

async function link(path: string, { owner, expiresAt }: Locker): Promise<boolean> {
  try {
    await symlink(`${owner} ${expiresAt}`, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw unwritable(dirname(path), error);
  }
}

async function holderOf(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch {
    return undefined;
  }
}

const ownerIn = (holder: string): string => holder.split(' ')[0] ?? '';

function isOver(holder: string, { aliveness = alivenessOf, now = Date.now }: Omit<Locker, 'owner' | 'expiresAt'>): boolean {
  const [owner = '', expiresAt] = holder.split(' ');
  const life = aliveness(owner);
  return life === 'dead' || (life === 'unknown' && now() > Number(expiresAt));
}
