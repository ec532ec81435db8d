import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RunnerError } from '../../errors.ts';
import { type Baseline, readBaseline } from '../../matrix/baseline.ts';
import type { Results } from '../../matrix/results/read.ts';
import { baselineFrom, summarize } from '../../matrix/summarize.ts';
import { matrixFolder } from './results-folder.ts';

const folderOf = (stateFolder: string, matrix: string): string => path.join(matrixFolder(stateFolder, matrix), 'baselines');

/** Finds baselines by name; `last_green` is the newest of the nights whose gates all held. */
export function baselinesIn(stateFolder: string, matrix: string, earlier: readonly Results[]): (name: string) => Baseline | undefined {
  return (name) => {
    if (name === 'last_green') return lastGreen(earlier);
    const file = path.join(folderOf(stateFolder, matrix), `${name}.json`);
    return existsSync(file) ? readBaseline(file, readFileSync(file, 'utf8')) : undefined;
  };
}

function lastGreen(earlier: readonly Results[]): Baseline | undefined {
  const night = earlier.findLast(({ closed }) => closed?.verdict === 'green');
  return night && baselineFrom('last_green', summarize(night, { earlier: [], baselineOf: () => undefined }));
}

/** Written beside and renamed, so that a reader finds the old one or the new one. */
export function saveBaseline(stateFolder: string, matrix: string, baseline: Baseline): string {
  if (!/^[A-Za-z0-9][\w.-]{0,59}$/.test(baseline.name) || baseline.name === 'last_green')
    throw new RunnerError('usage.invalid', `a baseline can't be called ${baseline.name}`, {
      hint: 'Use letters, digits and . _ -, with a letter or digit first; last_green is found by itself.',
    });
  const folder = folderOf(stateFolder, matrix);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${baseline.name}.json`);
  writeFileSync(`${file}.new`, `${JSON.stringify(baseline, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return file;
}

/** The names of those that are stored, for messages. */
export function storedBaselines(stateFolder: string, matrix: string): readonly string[] {
  const folder = folderOf(stateFolder, matrix);
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => name.slice(0, -5))
    : [];
}
