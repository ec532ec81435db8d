import { METRIC_NAMES, METRICS, QUESTIONS } from '../../spec/matrix/metrics.ts';
import { printable } from '../../terminal-text.ts';
import { machineText } from '../machine.ts';
import { figureText, percentText, secondsText, significant } from './figure-text.ts';
import type { CellReport, MatrixReport } from './model.ts';
import { againstText } from './sentence.ts';

/** The report for a merge request, a wiki or a mail: the same answers as the page, without its charts. */
export function markdownText(report: MatrixReport): string {
  const { name, verdict, trials, startedAt, endedAt, machine, cells, gates } = report;
  const here = cells.filter(({ record }) => !record.unavailable);
  return [
    `# ${inline(name)}: ${verdict}`,
    '',
    `${trials.ended} of ${trials.planned} runs, ${startedAt} to ${endedAt}, runner ${report.runner} on ${inline(machineText(machine))}.`,
    '',
    table(['cell', 'passed', 'median', 'against', 'same files', 'left behind'], cells.map(rowOf)),
    '',
    ...cells.map(({ record, sentence }) => `- **${inline(record.id)}**: ${inline(sentence)}`),
    '',
    ...(gates.length > 0
      ? [
          '## Gates',
          '',
          table(
            ['', 'cell', 'gate', ''],
            gates.map(({ status, cell, metric, limit, says }) => [MARK[status], cell, `${metric} ${limit}`, says]),
          ),
          '',
        ]
      : []),
    ...comparisonLines(report),
    ...QUESTIONS.flatMap((question) => {
      const metrics = METRIC_NAMES.filter((metric) => METRICS[metric].question === question && here.some(({ figures }) => figures[metric]));
      if (metrics.length === 0) return [];
      const rows = metrics.map((metric) => [
        metric,
        ...here.map(({ figures }) => (figures[metric] ? figureText(metric, figures[metric]) : '-')),
      ]);
      return [`## How ${question}`, '', table(['figure', ...here.map(({ record }) => record.id)], rows), ''];
    }),
    ...failureLines(here),
    '## What the figures are',
    '',
    'Intervals are of 95 %. Where two intervals overlap, no difference is claimed.',
    '',
    ...METRIC_NAMES.map((metric) => `- \`${metric}\`: ${METRICS[metric].about}.`),
    '',
  ].join('\n');
}

const MARK = { passed: 'holds', failed: '**fails**', open: 'open' } as const;

function rowOf({ record, runs, figures, against, drifts }: CellReport): readonly string[] {
  if (record.unavailable) return [record.id, `not run: ${record.unavailable[0] ?? ''}`, '', '', '', ''];
  const wall = figures['wall_seconds.p50'];
  return [
    record.id,
    `${runs.good} of ${runs.timed}`,
    wall ? secondsText(wall.value) : '-',
    againstText(against).replace(/^, /, '') || '-',
    drifts === undefined ? '-' : drifts.length === 0 ? 'yes' : `no: ${drifts.map(({ path }) => path).join(', ')}`,
    String((figures.leaked?.value ?? 0) + (figures.interrupt_leaked?.value ?? 0)),
  ];
}

function failureLines(cells: readonly CellReport[]): readonly string[] {
  const lines = cells.flatMap(({ record, failures, leaks }) => [
    ...failures.map(
      ({ class: kind, n, example }) =>
        `- ${inline(record.id)}: ${n} × ${kind}, such as ${inline(example.trial)}: ${inline(example.message)}`,
    ),
    ...leaks.map(({ trial, leaked }) => `- ${inline(trial)} left behind: ${inline(leaked.join(', '))}`),
  ]);
  return lines.length === 0 ? [] : ['## What went wrong', '', ...lines, ''];
}

function comparisonLines({ comparison }: MatrixReport): readonly string[] {
  if (!comparison) return [];
  const { baseline, at, why, software, changes } = comparison;
  const title = `## Compared with ${inline(baseline)} of ${at}`;
  if (why !== undefined) return [title, '', `Not compared: ${inline(why)}.`, ''];
  return [
    title,
    '',
    ...(software.length > 0 ? [`Changed on the machine: ${inline(software.join(', '))}.`, ''] : []),
    changes.length === 0
      ? 'No difference is shown.'
      : table(
          ['cell', 'figure', 'now ÷ then', ''],
          changes.map(({ cell, metric, ratio, worse }) => [
            cell,
            metric,
            significant(ratio),
            worse > 0 ? `${percentText(worse)} worse` : 'better',
          ]),
        ),
    '',
  ];
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(inline))].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** Nothing that comes from a spec may become a link, a tag or another column. */
const inline = (text: string): string =>
  printable(text)
    .replace(/[\\`*_{}[\]<>|#]/g, (mark) => `\\${mark}`)
    .replaceAll('\n', ' ');
