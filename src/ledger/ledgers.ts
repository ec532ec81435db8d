import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ledgerFolder, ownerInFreshName } from './ledger.ts';
import { lockHolder } from './lock.ts';
import { type Aliveness, alivenessOf } from './owner.ts';
import { type LedgerRecord, recordOf } from './record.ts';

/** Every ledger in the state folder, oldest run first; one that is not whole yet is left out. One `readdir` when there is none. */
export async function readLedgers(stateFolder: string): Promise<readonly LedgerRecord[]> {
  const names = (await readdir(ledgerFolder(stateFolder)).catch(() => [])).filter((name) => name.endsWith('.jsonl')).toSorted();
  const records = await Promise.all(names.map((name) => readLedger(join(ledgerFolder(stateFolder), name))));
  return records.filter((record) => record !== undefined);
}

/** Undefined: there is none, or it says nothing yet. */
export async function readLedger(path: string): Promise<LedgerRecord | undefined> {
  try {
    return recordOf(path, await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The lock that whoever cleans up after the run must hold. */
export const ledgerLock = (stateFolder: string, run: string): string => join(ledgerFolder(stateFolder), `${run}.lock`);

/**
 * Remove what a crash in the middle of opening or closing a ledger left: a ledger that its dead owner had not opened yet, and
 * the lock of a ledger that is gone.
 */
export async function tidyLedgers(stateFolder: string, locker: Parameters<typeof lockHolder>[1] = {}): Promise<void> {
  const folder = ledgerFolder(stateFolder);
  const names: readonly string[] = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const owner = ownerInFreshName(name);
    const isOver =
      owner === undefined
        ? LOCK.test(name) && !names.includes(name.replace(LOCK, '.jsonl')) && (await lockHolder(path, locker)) === undefined
        : await isAbandoned(path, (locker.aliveness ?? alivenessOf)(owner));
    if (isOver) await rm(path, { force: true });
  }
}

/** A lock, and the second link by which it is agreed who breaks it. */
const LOCK = /\.lock(\.breaking)?$/;

/** Opening takes milliseconds. */
const OPENING_MS = 60_000;

/** Where nobody can tell whether the owner lives, it has had time enough. */
async function isAbandoned(path: string, owner: Aliveness): Promise<boolean> {
  if (owner !== 'unknown') return owner === 'dead';
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
  return Date.now() - mtimeMs > OPENING_MS;
}
