import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { mergeShards } from '../../matrix/results/merge.ts';
import type { Results } from '../../matrix/results/read.ts';
import type { World } from '../world.ts';
import { loadResults, storedNights } from './results-folder.ts';

/**
 * The nights that files hold, oldest first; the shards of a night are one. Without files: those of the matrix that was run
 * last on this machine. Throws `results.invalid`.
 */
export function nightsIn({ folder, stateFolder }: Pick<World, 'folder' | 'stateFolder'>, files: readonly string[]): readonly Results[] {
  if (files.length > 0) return mergeShards(files.map((file) => loadResults(path.resolve(folder, file))));
  const all = path.join(stateFolder, 'matrix');
  const names = existsSync(all) ? readdirSync(all) : [];
  const stored = names.map((name) => mergeShards(storedNights(stateFolder, name))).filter((nights) => nights.length > 0);
  return stored.toSorted((a, b) => lastOf(a).localeCompare(lastOf(b))).at(-1) ?? [];
}

const lastOf = (nights: readonly Results[]): string => nights.at(-1)?.opened.matrix ?? '';
