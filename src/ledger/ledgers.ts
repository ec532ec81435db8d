import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ledgerFolder } from './ledger.ts';
import { lockHolder } from './lock.ts';
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
 * Remove what a crash in the middle of opening or closing a ledger left: a ledger of which not a single line is whole, and
 * the lock of a ledger that is gone. A young one may belong to somebody who is at it this moment.
 */
export async function tidyLedgers(stateFolder: string, locker: Parameters<typeof lockHolder>[1]): Promise<void> {
  const folder = ledgerFolder(stateFolder);
  const names: readonly string[] = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const isOver = name.endsWith('.lock')
      ? !names.includes(name.replace(/lock$/, 'jsonl')) && (await lockHolder(path, locker)) === undefined
      : name.endsWith('.jsonl') && (await isTorn(path));
    if (isOver) await rm(path, { force: true });
  }
}

const YOUNG_MS = 60_000;

async function isTorn(path: string): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return !text.includes('}\n') && Date.now() - mtimeMs > YOUNG_MS;
  } catch {
    // It was closed meanwhile.
    return false;
  }
}
