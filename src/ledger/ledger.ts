import { appendFileSync, closeSync, constants, openSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Resource } from '../plan/resource.ts';
import { type LedgerHeader, type LedgerLine, lineText } from './record.ts';
import { unwritable } from './unwritable.ts';

/** What a run owns, on disk before it exists, so that anybody can clean up after the run from another process. */
export interface Ledger {
  readonly path: string;
  /** On disk when it resolves: for what was not known when the ledger was opened. */
  own(resource: Resource): Promise<void>;
  removed(resource: Resource): void;
  /** The run is over and stays for a look inside. */
  keep(untilMs: number): Promise<void>;
  /** Everything is gone, and the ledger goes with it. */
  close(): Promise<void>;
  /** The run is over, but something of it is left for the reaper and for `gc`. */
  leave(): Promise<void>;
}

export const ledgerFolder = (stateFolder: string): string => join(stateFolder, 'ledger');

/**
 * Open the ledger of a run with all that its plan will make. When it resolves, file and folder are on disk: from here on
 * things may be created. Throws `state.unwritable` or `host.disk-full` before anything was.
 */
export async function openLedger(stateFolder: string, header: LedgerHeader, resources: readonly Resource[]): Promise<Ledger> {
  const path = join(ledgerFolder(stateFolder), `${header.run}.jsonl`);
  const text = lineText({ type: 'opened', version: 1, ...header }) + lineText({ type: 'own', resources });
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', 0o600);
    await writeWhole(file, text).catch(async (error: unknown) => {
      await rm(path);
      throw error;
    });
    await syncFolder(dirname(path));
    return ledgerAt(path);
  } catch (cause) {
    throw unwritable(dirname(path), cause);
  }
}

/** Add a line to a ledger; it is on disk when the promise resolves. */
export async function appendLine(path: string, line: LedgerLine): Promise<void> {
  try {
    await writeWhole(await open(path, APPEND), lineText(line));
  } catch (cause) {
    throw unwritable(dirname(path), cause);
  }
}

/** Never makes the file: a ledger that is closed stays closed. */
const APPEND = constants.O_WRONLY | constants.O_APPEND;

function ledgerAt(path: string): Ledger {
  return {
    path,
    own: (resource) => appendLine(path, { type: 'own', resources: [resource] }),
    removed(resource) {
      try {
        const file = openSync(path, APPEND);
        appendFileSync(file, lineText({ type: 'removed', resource }));
        closeSync(file);
      } catch {
        // Say, on a full disk: it will be removed again, which succeeds.
      }
    },
    keep: (until) => appendLine(path, { type: 'kept', until }),
    leave: () => appendLine(path, { type: 'closed', at: Date.now() }),
    close: () => rm(path, { force: true }),
  };
}

const writeWhole = async (file: FileHandle, text: string): Promise<void> => {
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** A new file is only as safe as its name in the folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
