import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ledgerFolder } from './ledger.ts';
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
