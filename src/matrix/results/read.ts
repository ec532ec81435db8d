import { RunnerError } from '../../errors.ts';
import { type Closed, type Opened, type ResultRecord, type SessionOpened, type TrialEnded, type TrialStarted, VERSION } from './records.ts';

/** What a results file holds. */
export interface Results {
  readonly file: string;
  readonly opened: Opened;
  readonly sessions: number;
  /** By trial; the first result of a trial counts. */
  readonly ended: ReadonlyMap<string, TrialEnded>;
  /** Trials that were begun and have no result. */
  readonly begun: readonly TrialStarted[];
  readonly closed: Closed | undefined;
}

/** Reads the text of a results file. A torn last line is none. Throws `results.invalid` that says what is wrong and where. */
export function readResults(file: string, text: string): Results {
  const records = text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => recordIn(line, { file, line: index + 1 }));
  const [opened] = records;
  if (opened?.type !== 'matrix.opened')
    throw noResults(file, opened === undefined ? 'it has no whole line' : `its first line is of type ${opened.type}`);
  const ended = new Map<string, TrialEnded>();
  for (const record of records) if (record.type === 'trial.ended' && !ended.has(record.trial)) ended.set(record.trial, record);
  for (const record of records) {
    const result = record.type === 'leaks.found' ? ended.get(record.trial) : undefined;
    if (result && record.type === 'leaks.found') ended.set(result.trial, { ...result, leaked: [...result.leaked, ...record.leaked] });
  }
  const isOf =
    <T extends ResultRecord>(type: T['type']) =>
    (record: ResultRecord): record is T =>
      record.type === type;
  return {
    file,
    opened,
    sessions: records.filter(isOf<SessionOpened>('session.opened')).length,
    ended,
    begun: records.filter(isOf<TrialStarted>('trial.started')).filter(({ trial }) => !ended.has(trial)),
    closed: records.findLast(isOf<Closed>('matrix.closed')),
  };
}

const noResults = (file: string, why: string): RunnerError =>
  new RunnerError('results.invalid', `${file} holds no results of a matrix`, {
    detail: [why],
    hint: 'Name a file that `runner matrix` has written, as it says at its end.',
  });

function recordIn(line: string, { file, line: number }: { readonly file: string; readonly line: number }): ResultRecord {
  const at = { file, line: number, column: 1 };
  const record = parsed(line);
  if (record === undefined && number === 1) throw noResults(file, 'its first line is no JSON object');
  if (record === undefined)
    throw new RunnerError('results.invalid', `${file} is damaged: line ${number} is no JSON object`, {
      at,
      hint: 'Remove that line: the trial it told of is run again with --resume.',
    });
  if (record.v === VERSION) return record;
  const version: unknown = record.v;
  const age = typeof version === 'number' && version < VERSION ? 'an older' : typeof version === 'number' ? 'a newer' : 'an unknown';
  throw new RunnerError('results.invalid', `${file} was written in ${age} version of the format`, {
    at,
    detail: [`it says v ${JSON.stringify(version)}, and this runner reads v ${VERSION}`],
    hint: 'Make the report with the runner that wrote the results, or run the matrix again.',
  });
}

function parsed(line: string): ResultRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ResultRecord) : undefined;
  } catch {
    return undefined;
  }
}
