import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type LoadedSpec, loadSpec, type SpecSurroundings } from '../../../src/spec/load.ts';
import { SpecProblems } from '../../../src/spec/problem.ts';
import { problemText } from '../../../src/spec/problem-text.ts';

const readNothing = async (): Promise<undefined> => undefined;

/** Loads a text as if it were `/project/runner.yaml`, on a machine with no files and an empty environment. */
export const load = (text: string | Uint8Array, around: Partial<SpecSurroundings> = {}): Promise<LoadedSpec> =>
  loadSpec({ file: 'runner.yaml', text }, { folder: '/project', environment: {}, readFile: readNothing, ...around });

/** What is wrong with a text, one line each; empty when nothing is. */
export async function problemsIn(text: string | Uint8Array, around: Partial<SpecSurroundings> = {}): Promise<readonly string[]> {
  try {
    await load(text, around);
    return [];
  } catch (thrown) {
    if (thrown instanceof SpecProblems) return thrown.problems.map(problemText);
    throw thrown;
  }
}

/** Loads a file with the files around it at hand, and HOME as its whole environment. */
export const loadFixture = (folder: string, file: string, text: Uint8Array): Promise<LoadedSpec> =>
  loadSpec(
    { file, text },
    {
      folder,
      environment: { HOME: '/home/dev' },
      readFile: (name) => readFile(name).catch(() => undefined),
      exists: async (name) => existsSync(name),
    },
  );
