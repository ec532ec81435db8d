import { errorLines } from '../error-text.ts';
import { resourceText } from '../plan/resource.ts';
import type { Colours } from '../terminal-text.ts';
import type { Report, StepReport } from './report.ts';
import { auditLines, decisive, outcomeOf, phasesText } from './sentences.ts';
import { countText, durationText } from './words.ts';

/** Commands that somebody who looks at a failed run may paste. */
export interface Advice {
  readonly reproduce?: string;
  readonly inside?: string;
}

/** What the caller knows about a run's end and a report does not. */
export interface Closing {
  /** Where the run is stored; undefined when it is not. */
  readonly folder: string | undefined;
  readonly advise: (report: Report) => Advice;
}

export interface SummaryOptions extends Closing {
  readonly colours: Colours;
  /** The last lines of a step's output, for the step that failed. */
  readonly tailOf: (step: string) => readonly string[];
}

/**
 * The last lines of a run: on failure the failing step's last lines again and what to do next, then always the outcome,
 * the exit code, the seconds of each phase, what is left behind and where the report lies.
 */
export function summaryLines(report: Report, options: SummaryOptions): readonly string[] {
  const step = report.status === 'passed' ? undefined : decisive(report);
  return [
    ...(step ? failureLines(step, options) : []),
    ...(report.status === 'passed' ? [] : adviceLines(options.advise(report), options)),
    ...cleanupLines(report, options),
    ...keptLines(report),
    ...endLines(report, options),
  ];
}

function failureLines(step: StepReport, { colours, tailOf }: SummaryOptions): readonly string[] {
  const tail = step.kind === 'build' ? [] : tailOf(step.name); // its error holds them
  const title = tail.length === 1 ? 'the last line' : `the last ${tail.length} lines`;
  return [
    ...(tail.length === 0 ? [] : [colours.bold(`${title} of ${step.name}:`), ...tail.map((line) => `  | ${line}`)]),
    ...(step.error ? errorLines(step.error, { colour: colours.isColorSupported }) : []),
  ];
}

const adviceLines = ({ reproduce, inside }: Advice, { colours }: SummaryOptions): readonly string[] => [
  ...(reproduce === undefined ? [] : [`${colours.bold('reproduce:')}   ${reproduce}`]),
  ...(inside === undefined ? [] : [`${colours.bold('look inside:')} ${inside}`]),
];

function cleanupLines(report: Report, { colours }: SummaryOptions): readonly string[] {
  const leftovers = report.leftovers.map((resource) => `${colours.yellow('left behind:')} ${resourceText(resource)}`);
  return [
    ...leftovers,
    ...(leftovers.length === 0 ? [] : [`${colours.bold('remove with:')} runner gc`]),
    ...auditLines(report).map((line) => `${colours.bold('audit:')} ${line}`),
  ];
}

function keptLines({ kept, run }: Report): readonly string[] {
  if (kept === undefined) return [];
  return [`kept for a look inside until ${kept.until}: runner shell ${run}`];
}

function endLines(report: Report, { colours, folder }: SummaryOptions): readonly string[] {
  const paint = report.exitCode === 0 ? colours.green : report.status === 'cancelled' ? colours.yellow : colours.red;
  return [
    colours.bold(paint(outcomeOf(report))),
    `exit ${report.exitCode} after ${durationText(report.durationMs)} (${phasesText(report)}), leftovers ${report.leftovers.length}`,
    ...(report.artifacts.length === 0 ? [] : [artifactText(report)]),
    ...(folder === undefined ? [] : [`report in ${folder}`]),
  ];
}

const artifactText = ({ artifacts, artifactsDir }: Report): string =>
  `${countText(artifacts.length, 'artifact')}${artifactsDir === undefined ? '' : ` in ${artifactsDir}`}`;
