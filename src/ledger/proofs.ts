import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { unwritable } from '../errors/unwritable.ts';

/** Older ones are forgotten: containers come and go. */
const MOST = 500;

/** What was proved of a mount and its daemon, in the state folder: see `Proofs` in execute/surroundings.ts. */
export const proofsIn = (
  stateFolder: string,
): { missing(words: readonly string[]): Promise<readonly string[]>; add(words: readonly string[]): Promise<void> } => {
  const file = path.join(stateFolder, 'proofs.jsonl');
  const known = (): Promise<readonly string[]> =>
    readFile(file, 'utf8').then(
      (text) => text.split('\n').filter(Boolean),
      () => [],
    );
  return {
    async missing(words) {
      const proved = new Set(await known());
      return words.filter((word) => !proved.has(word));
    },
    async add(words) {
      const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
      const before = await known();
      try {
        if (before.length + words.length > MOST) await writeFile(file, text([...before, ...words].slice(-MOST / 2)));
        else await appendFile(file, text(words));
      } catch (cause) {
        throw unwritable(stateFolder, cause);
      }
    },
  };
};
