import { rm } from 'node:fs/promises';
import { isOnHost, resourceText } from '../plan/resource.ts';
import { type Collected, type GcWorld, lockerOf } from './gc.ts';
import { ledgerLock, readLedger } from './ledgers.ts';
import { tryLock } from './lock.ts';
import { reclaim } from './reclaim.ts';
import { storeReclaimed } from './reclaimed.ts';

/** `busy`: somebody is cleaning up after the run just now. `kept`: something on this machine is left. `none`: nothing had to be given up. */
export type GivingUp = 'given-up' | 'busy' | 'kept' | 'none';

const LOCAL_MS = 3_000;

/**
 * Forget what of a run its daemon has, as somebody asked: that daemon may be gone for good. What the run has on this machine is removed
 * first, since it stands nowhere but in the ledger; then the ledger goes, so that no start tries again. `reaped.json` still says what was left.
 */
export async function giveUp({ claim, reclaimed, isUnanswered }: Collected, world: GcWorld): Promise<GivingUp> {
  if (!claim.ledger || (reclaimed && reclaimed.left.length === 0)) return 'none';
  const { stateFolder, enginesFor, now = Date.now } = world;
  const lock = await tryLock(ledgerLock(stateFolder, claim.run), lockerOf(world));
  if (!lock.held) return 'busy';
  try {
    const record = await readLedger(claim.ledger.path);
    if (!record) return 'none';
    if (!reclaimed && !isUnanswered) return 'busy';
    const local = { run: record.run, name: record.name, resources: record.resources.filter(isOnHost) };
    const signal = AbortSignal.timeout(LOCAL_MS);
    const done = await reclaim(local, { stateFolder, engines: enginesFor(undefined), signal, by: 'gc', now });
    const away = record.resources
      .filter((resource) => !isOnHost(resource))
      .map((resource) => ({ resource: resourceText(resource), why: WHY }));
    await storeReclaimed(stateFolder, { ...done, isDone: false, left: [...done.left, ...away] });
    if (done.left.length > 0) return 'kept';
    await rm(claim.ledger.path, { force: true });
    return 'given-up';
  } finally {
    await lock.release();
  }
}

const WHY = 'given up, since its daemon could not be reached';
