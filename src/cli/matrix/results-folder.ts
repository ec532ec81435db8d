import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { RunnerError } from '../../errors.ts';
import { type Results, readResults } from '../../matrix/results/read.ts';

/** `<state>/matrix/<name>`: the nights of a matrix, a file each, and its baselines. */
export const matrixFolder = (stateFolder: string, name: string): string => path.join(stateFolder, 'matrix', name);

/** The nights that are stored, oldest first: their names begin with the time. Files of other versions are left out. */
export function storedNights(stateFolder: string, name: string): readonly Results[] {
  const folder = matrixFolder(stateFolder, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .toSorted()
    .flatMap((file) => {
      try {
        return [loadResults(path.join(folder, file))];
      } catch {
        return [];
      }
    });
}

/** Throws `results.invalid`. */
export function loadResults(file: string): Results {
  try {
    return readResults(file, readFileSync(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof RunnerError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : 'cannot be read';
    throw new RunnerError('results.invalid', `${file} ${why}`, {
      detail: code === 'ENOENT' || code === 'EISDIR' ? [] : [message],
      hint: 'Name files that `runner matrix` has written, as it says at its end; without a name the newest night is taken.',
      cause,
    });
  }
}

/** The last that was begun and not finished. Throws `usage.invalid` where there is none. */
export function unfinished(stateFolder: string, name: string): Results {
  const last = storedNights(stateFolder, name).findLast(({ closed }) => closed === undefined);
  if (last) return last;
  throw new RunnerError('usage.invalid', `no matrix ${name} was interrupted`, { hint: 'Leave out --resume to begin a new one.' });
}

/** Only what would run the same may go on in the same results. */
export const digestOf = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
