import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Lock, type Locker, tryLock } from './lock.ts';

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
    const lock = await tryLock(join(stateFolder, 'slots', `${name}-${place}.lock`), locker);
    if (lock.held) return lock;
  }
  return { held: false, by: '' };
}

/** A second release would take the place from whoever has it then. */
function once(release: () => Promise<void>): () => Promise<void> {
  let released: Promise<void> | undefined;
  return () => {
    released ??= release();
    return released;
  };
}
