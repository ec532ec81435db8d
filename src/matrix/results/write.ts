import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { RunnerError } from '../../errors.ts';
import type { ResultRecord } from './records.ts';

/** Appends to a results file; a record is on the disk when `append` returns. Calls are synchronous, so lines never mix. */
export interface ResultsFile {
  append(record: ResultRecord): void;
  close(): void;
}

/** Opens or makes the file, and takes away what a crash left of a last line. Throws `state.unwritable` or `host.disk-full`. */
export function openResults(file: string): ResultsFile {
  return attempt(file, () => {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const fd = openSync(file, 'a+', 0o600);
    const text = readFileSync(file);
    const whole = text.lastIndexOf(0x0a) + 1;
    if (whole < text.length) ftruncateSync(fd, whole);
    fsyncFolder(path.dirname(file));
    return {
      append: (record) =>
        attempt(file, () => {
          writeSync(fd, `${JSON.stringify(record)}\n`);
          if (record.type !== 'trial.started') fsyncSync(fd); // it is for whoever finds a live process: no power failure leaves one
        }),
      close: () => closeSync(fd),
    };
  });
}

/** A new file is on the disk only once its folder is. */
function fsyncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

function attempt<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    throw new RunnerError(isFull ? 'host.disk-full' : 'state.unwritable', `the results cannot be written to ${file}`, {
      detail: [message],
      hint: isFull ? 'Free some space there, then run the same command with --resume.' : 'Name a file that you may write with --results.',
      cause,
    });
  }
}
