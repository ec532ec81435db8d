import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { distance } from 'fastest-levenshtein';
import { RunnerError } from '../errors.ts';
import { isRunId, LOGS_FOLDER, RUN_FILE, runFolder, runsFolder, stepOfLog } from './stored/layout.ts';
import type { StoredRun } from './stored/stored-run.ts';
import { countText } from './words.ts';

/** The runs that are stored, newest first, for their ids begin with the time. Folders without a whole run.json are left out. */
export function storedRuns(stateFolder: string, most: number = Number.POSITIVE_INFINITY): readonly StoredRun[] {
  const runs: StoredRun[] = [];
  for (const id of storedIds(stateFolder)) {
    if (runs.length >= most) break;
    const run = readRun(stateFolder, id);
    if (run) runs.push(run);
  }
  return runs;
}

/**
 * The run with this id, or the only one whose id begins with it, with or without dashes; `last` is the newest.
 * Throws `run.not-found` with the ids that come near.
 */
export function findRun(stateFolder: string, wanted: string): StoredRun {
  const ids = storedIds(stateFolder);
  const plain = withoutDashes(wanted.toLowerCase());
  const found = wanted === 'last' ? ids.slice(0, 1) : ids.filter((id) => plain !== '' && withoutDashes(id).startsWith(plain));
  const run = found.length === 1 ? readRun(stateFolder, found[0]!) : undefined;
  if (run) return run;
  if (found.length > 1) throw notFound(`${countText(found.length, 'run')} begin with ${wanted}`, found);
  throw notFound(`there is no run ${wanted}`, nearest(ids, plain));
}

/** A step's log, by its absolute path. */
export interface StoredLog {
  readonly step: string;
  readonly path: string;
  readonly sizeBytes: number;
}

/** The logs of a run, in the order of its steps; while it runs, in the order in which they began. */
export function storedLogs(stateFolder: string, { run, report }: StoredRun): readonly StoredLog[] {
  const folder = path.join(runFolder(stateFolder, run), LOGS_FOLDER);
  const order = report?.steps.map(({ name }) => name) ?? [];
  return namesIn(folder)
    .map((name) => ({ step: stepOfLog(name), path: path.join(folder, name), stat: statSync(path.join(folder, name)) }))
    .toSorted((a, b) => order.indexOf(a.step) - order.indexOf(b.step) || a.stat.birthtimeMs - b.stat.birthtimeMs)
    .map(({ step, path: file, stat }) => ({ step, path: file, sizeBytes: stat.size }));
}

const storedIds = (stateFolder: string): readonly string[] => namesIn(runsFolder(stateFolder)).filter(isRunId).toSorted().toReversed();

/** Nothing is stored where there is no folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new RunnerError('state.unwritable', `${folder} cannot be read`, { detail: [(error as Error).message], cause: error });
  }
}

/** A run that was torn by a crash, or removed under our eyes, is none. */
export function readRun(stateFolder: string, id: string): StoredRun | undefined {
  try {
    const stored = JSON.parse(readFileSync(path.join(runFolder(stateFolder, id), RUN_FILE), 'utf8')) as StoredRun;
    return stored.v === 1 && stored.run === id ? stored : undefined;
  } catch {
    return undefined;
  }
}

const notFound = (message: string, near: readonly string[]): RunnerError =>
  new RunnerError('run.not-found', message, {
    detail: near.length === 0 ? [] : ['these come near:', ...near.slice(0, 5).map((id) => `  ${id}`)],
    hint: 'See `runner history` for the runs that are stored.',
  });

const nearest = (ids: readonly string[], plain: string): readonly string[] =>
  ids
    .map((id) => ({ id, far: distance(withoutDashes(id).slice(0, plain.length), plain) }))
    .filter(({ far }) => far <= 2 && far < plain.length)
    .toSorted((a, b) => a.far - b.far)
    .map(({ id }) => id);

const withoutDashes = (id: string): string => id.replaceAll('-', '');
