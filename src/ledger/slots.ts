import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Lock, type Locker, lockHolder, tryLock } from './lock.ts';

/** Places that all runs of a state folder share. */
export interface Slots {
  readonly stateFolder: string;
  /** What they are places for; part of the locks' names. */
  readonly name: string;
  /** How many there are now, and why not more, for whoever has to wait. */
  readonly count: () => Promise<{ readonly places: number; readonly because: string }>;
}

export interface InLine {
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

const PAUSE_MS = 250;
/** A sentence that stays the same is not said again, but after a while: somebody may just have begun to look. */
const SAY_AGAIN_MS = 30_000;

/** Take one of the places, or wait for it as long as the signal lets; the lock of a dead holder is broken. Rejects with the signal's reason. */
export async function takeSlot(slots: Slots, { onProgress, signal }: InLine, locker: Locker): Promise<() => Promise<void>> {
  let said = { text: '', at: Number.NEGATIVE_INFINITY };
  for (;;) {
    signal.throwIfAborted();
    const { places, because } = await slots.count();
    const lock = await oneOf(places, slots, locker);
    if (lock.held) return once(lock.release);
    const text = `waiting for a place: ${because}`;
    if (text !== said.text || performance.now() - said.at > SAY_AGAIN_MS) {
      said = { text, at: performance.now() };
      onProgress(text);
    }
    await delay(PAUSE_MS, undefined, { signal });
  }
}

async function oneOf(places: number, { stateFolder, name }: Slots, locker: Locker): Promise<Lock> {
  for (let place = 0; place < places; place += 1) {
    const lock = await tryLock(join(slotFolder(stateFolder), `${name}-${place}.lock`), locker);
    if (lock.held) return lock;
  }
  return { held: false, by: '' };
}

/** Remove the locks of the dead, which the next who wants a place would break: where nobody wants one, they would stay. */
export async function tidySlots(stateFolder: string, locker: Locker): Promise<void> {
  const folder = slotFolder(stateFolder);
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if ((await lockHolder(path, locker)) !== undefined) continue;
    if (name.endsWith('.breaking')) await rm(path, { force: true });
    else await freed(path, locker);
  }
}

/** By who takes it for a moment, so that it is never the lock of somebody who has just come in that goes. */
async function freed(path: string, locker: Locker): Promise<void> {
  const lock = await tryLock(path, locker);
  if (lock.held) await lock.release();
}

const slotFolder = (stateFolder: string): string => join(stateFolder, 'slots');

/** A second release would take the place from whoever has it then. */
function once(release: () => Promise<void>): () => Promise<void> {
  let released: Promise<void> | undefined;
  return () => {
    released ??= release();
    return released;
  };
}
