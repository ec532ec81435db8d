import { appendFileSync, closeSync, constants, openSync } from 'node:fs';
import { type FileHandle, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unwritable } from '../errors/unwritable.ts';
import type { Resource } from '../plan/resource.ts';
import { type LedgerHeader, type LedgerLine, lineText } from './record.ts';

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
  const folder = ledgerFolder(stateFolder);
  const path = join(folder, `${header.run}.jsonl`);
  const fresh = join(folder, freshName(header));
  const text = lineText({ type: 'opened', version: 1, ...header }) + lineText({ type: 'own', resources });
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeWhole(await open(fresh, 'wx', 0o600), text);
    await link(fresh, path);
    await rm(fresh);
    await syncFolder(folder);
    return ledgerAt(path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => {}); // it was never made
    throw unwritable(folder, cause);
  }
}

/** Until its first lines are on disk a ledger has a name that says whose it is: one that a crash tore is known for that at once. */
const freshName = ({ run, owner }: LedgerHeader): string => `${run}.${owner.replaceAll('/', '~')}.new`;

/** The owner in the name of a ledger that is being opened. */
export const ownerInFreshName = (name: string): string | undefined => /^[^.]+\.(.+)\.new$/.exec(name)?.[1]?.replaceAll('~', '/');

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
