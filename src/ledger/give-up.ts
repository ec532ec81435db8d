import { rm } from 'node:fs/promises';
import { type Collected, type GcWorld, isOver } from './gc.ts';
import { ledgerLock } from './ledgers.ts';
import { tryLock } from './lock.ts';

const LOCKED_MS = 60_000;

/**
 * Forget what could not be removed, as somebody asked: its daemon may be gone for good. The ledger goes, so that no start tries again;
 * `reaped.json` still says what was left. Should the daemon come back, its objects are found by their labels. False: nothing had to be
 * given up, or somebody is cleaning up there.
 */
export async function giveUp({ claim, ...collected }: Collected, { stateFolder, owner, now = Date.now }: GcWorld): Promise<boolean> {
  if (!claim.ledger || isOver({ claim, ...collected })) return false;
  const lock = await tryLock(ledgerLock(stateFolder, claim.run), { owner, expiresAt: now() + LOCKED_MS, now });
  if (!lock.held) return false;
  try {
    await rm(claim.ledger.path, { force: true });
    return true;
  } finally {
    await lock.release();
  }
}
