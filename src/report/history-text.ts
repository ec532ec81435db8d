import type { StoredRun } from './stored/stored-run.ts';
import { tableLines } from './table.ts';
import { agoText, durationText } from './words.ts';

export interface HistoryOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether the process that owns a run is still there. */
  readonly isAlive: (owner: string) => boolean;
  /** What was done for a run that could not clean up after itself, in a few words, by its id. */
  readonly cleanedUp: ReadonlyMap<string, string>;
}

/** The runs as a table, in the order given; ids are cut to what tells them apart. */
export function historyText(runs: readonly StoredRun[], options: HistoryOptions): string {
  if (runs.length === 0) return 'no run is stored\n';
  const idLength = uniqueLength(runs.map(({ run }) => run));
  const rows = runs.map((run) => [run.run.slice(0, idLength), ...cellsOf(run, options)]);
  const head = ['RUN', 'STARTED', 'NAME', 'PATTERN', 'STATUS', 'EXIT', 'TOOK', 'CLEANED UP'];
  return tableLines([head, ...rows])
    .map((line) => `${line}\n`)
    .join('');
}

const cellsOf = (run: StoredRun, { now, isAlive, cleanedUp }: HistoryOptions): readonly string[] => [
  agoText(now - Date.parse(run.startedAt)),
  run.name,
  run.pattern,
  stateOf(run, isAlive),
  run.report ? String(run.report.exitCode) : '-',
  run.report ? durationText(run.report.durationMs) : '-',
  cleanedUp.get(run.run) ?? '',
];

/** `lost` is a run whose runner died before it could write down how the run ended. */
export const stateOf = ({ status, owner }: StoredRun, isAlive: HistoryOptions['isAlive']): string =>
  status === 'running' && !isAlive(owner) ? 'lost' : status;

/** The first 13 characters hold the time to the millisecond. */
const SHORTEST_ID = 13;

function uniqueLength(ids: readonly string[]): number {
  for (let length = SHORTEST_ID; length < 36; length += 1) {
    if (new Set(ids.map((id) => id.slice(0, length))).size === ids.length) return length;
  }
  return 36;
}
