import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { startOf } from '../../plan/names.ts';
import { isRunId, runFolder, runsFolder } from './layout.ts';
import type { RunFolder } from './retention.ts';

/** Every folder of a run with its size, newest first; also of runs that were torn. */
export async function runFolders(stateFolder: string): Promise<readonly RunFolder[]> {
  const names = await readdir(runsFolder(stateFolder)).catch(() => []);
  const found: RunFolder[] = [];
  for (const run of names.filter(isRunId).toSorted().toReversed())
    found.push({ run, startedAt: startOf(run), sizeBytes: await sizeOf(runFolder(stateFolder, run)) });
  return found;
}

const GONE = '.gone';

/** Removes a stored run with its logs. It is whole or not there to whoever looks meanwhile; what is gone already is fine. */
export async function forgetRun(stateFolder: string, run: string): Promise<void> {
  const folder = runFolder(stateFolder, run);
  const isMoved = await rename(folder, `${folder}${GONE}`).then(
    () => true,
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? false : Promise.reject(error)),
  );
  if (isMoved) await rm(`${folder}${GONE}`, { recursive: true, force: true });
}

/** What somebody began to remove and could not finish. */
export async function forgetTheRest(stateFolder: string): Promise<void> {
  const names = await readdir(runsFolder(stateFolder)).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(GONE) && isRunId(one.slice(0, -GONE.length))))
    await rm(path.join(runsFolder(stateFolder), name), { recursive: true, force: true });
}

/** Of the files; one that goes meanwhile has none. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
