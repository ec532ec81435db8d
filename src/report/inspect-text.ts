import { errorLines } from '../error-text.ts';
import { resourceText } from '../plan/resource.ts';
import { printable } from '../terminal-text.ts';
import type { Report, StepReport } from './report.ts';
import { reportFromJson } from './report-json.ts';
import { auditLines, outcomeOf, phasesText } from './sentences.ts';
import type { StoredRun } from './stored/stored-run.ts';
import type { StoredLog } from './stored-runs.ts';
import { tableLines } from './table.ts';
import { durationText, sizeText } from './words.ts';

export interface InspectOptions {
  readonly colour: boolean;
  readonly logs: readonly StoredLog[];
  /** `running`, `lost` or how it ended: see `stateOf`. */
  readonly state: string;
  /** What was done for it by others afterwards, a line each. */
  readonly cleanedUp: readonly string[];
}

/** All that is known of one run, for people. */
export function inspectText(stored: StoredRun, { colour, logs, state, cleanedUp }: InspectOptions): string {
  const report = stored.report && reportFromJson(stored.report);
  const sections = [
    headLines(stored, report ? outcomeOf(report) : state, report),
    ...(report ? [stepLines(report), errorsOf(report, colour), artifactLines(report), leftLines(report)] : []),
    cleanedUp.map(printable),
    logLines(logs),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

const headLines = ({ run, name, pattern, file, startedAt }: StoredRun, outcome: string, report: Report | undefined): readonly string[] =>
  tableLines([
    ['run', run],
    ['name', name],
    ['pattern', pattern],
    ['spec', printable(file)],
    ['started', startedAt],
    ['outcome', outcome],
    ...(report
      ? [['exit', String(report.exitCode)] as const, ['took', `${durationText(report.durationMs)} (${phasesText(report)})`] as const]
      : []),
  ]);

const stepLines = ({ steps }: Report): readonly string[] =>
  steps.length === 0 ? [] : tableLines([['STEP', 'KIND', 'STATUS', 'AT', 'TOOK', 'NOTE'], ...steps.map(stepCells)]);

const stepCells = (step: StepReport): readonly string[] => [
  step.name,
  step.kind,
  step.status,
  durationText(step.startedMs),
  durationText(step.durationMs),
  notesOf(step).map(printable).join(', '),
];

const notesOf = ({ exit, timedOut, allowed, attempts, note }: StepReport): readonly string[] => [
  ...(exit && exit.code !== 0 ? [`exit ${exit.code}`] : []),
  ...(exit?.oomKilled ? ['out of memory'] : []),
  ...(timedOut ? ['timed out'] : []),
  ...(allowed ? ['allowed to fail'] : []),
  ...(attempts > 1 ? [`${attempts} attempts`] : []),
  ...(note === undefined ? [] : [note]),
];

const errorsOf = ({ steps, cleanup }: Report, colour: boolean): readonly string[] =>
  [...steps, ...cleanup].flatMap(({ error }) => (error ? errorLines(error, { colour }) : []));

function artifactLines({ artifacts, artifactsDir }: Report): readonly string[] {
  if (artifacts.length === 0) return [];
  const place = artifactsDir === undefined ? [] : [`in ${printable(artifactsDir)}`];
  return [
    ...place,
    ...tableLines([
      ['ARTIFACT', 'SIZE', 'SHA256'],
      ...artifacts.map((each) => [printable(each.path), sizeText(each.sizeBytes), each.sha256]),
    ]),
  ];
}

const leftLines = (report: Report): readonly string[] => [
  ...report.leftovers.map((resource) => `left behind: ${resourceText(resource)}`),
  ...auditLines(report).map((line) => `audit: ${line}`),
];

const logLines = (logs: readonly StoredLog[]): readonly string[] =>
  logs.length === 0
    ? []
    : tableLines([['LOG', 'SIZE', 'FILE'], ...logs.map((log) => [printable(log.step), sizeText(log.sizeBytes), log.path])]);
