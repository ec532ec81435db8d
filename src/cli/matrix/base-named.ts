import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { RunnerError } from '../../errors.ts';
import { type Baseline, readBaseline } from '../../matrix/baseline.ts';
import type { Results } from '../../matrix/results/read.ts';
import { baselineFrom, summarize } from '../../matrix/summarize.ts';
import type { World } from '../world.ts';
import { baselinesIn, storedBaselines } from './baselines.ts';
import { loadResults } from './results-folder.ts';

interface About {
  readonly name: string;
  readonly earlier: readonly Results[];
}

/** `--compare BASE`: a stored baseline by name, `last_green`, or a file of results or of a baseline. Throws `usage.invalid`. */
export function baseNamed(
  { folder, stateFolder }: Pick<World, 'folder' | 'stateFolder'>,
  written: string,
  { name, earlier }: About,
): Baseline {
  const file = path.resolve(folder, written);
  if (existsSync(file)) return file.endsWith('.jsonl') ? fromResults(written, file) : readBaseline(file, readFileSync(file, 'utf8'));
  const known = /^[\w.-]+$/.test(written) ? baselinesIn(stateFolder, name, earlier)(written) : undefined;
  if (known) return known;
  throw new RunnerError('usage.invalid', `there is no baseline ${written}`, {
    detail: [`no file ${file}`, `stored for ${name}: ${storedBaselines(stateFolder, name).join(', ') || 'none'}`],
    hint: 'Store one with `--save-baseline NAME`, or name a file of results.',
  });
}

const fromResults = (name: string, file: string): Baseline =>
  baselineFrom(name, summarize(loadResults(file), { earlier: [], baselineOf: () => undefined }));
