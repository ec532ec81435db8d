import { tableLines } from '../../report/table.ts';
import { countText, durationText } from '../../report/words.ts';
import type { Colours } from '../../terminal-text.ts';
import { printable } from '../../terminal-text.ts';
import { machineText } from '../machine.ts';
import { percentText, secondsText, significant, valueText } from './figure-text.ts';
import type { CellReport, MatrixReport } from './model.ts';

export interface TextOptions {
  readonly colours: Colours;
  /** Of the screen; undefined: as many as it takes. */
  readonly columns?: number | undefined;
}

/** The whole matrix on one screen: a row and a sentence a cell, the gates that do not hold, and the verdict. */
export function matrixText(report: MatrixReport, { colours, columns }: TextOptions): string {
  const { cells, gates, name, verdict, trials } = report;
  const paint = { green: colours.green, red: colours.red, partial: colours.yellow }[verdict];
  const held = gates.filter(({ status }) => status === 'passed').length;
  const lines = [
    ...tableLines([HEAD, ...cells.map(rowOf)], columns),
    '',
    ...cells.map(({ record, sentence }) => `${colours.bold(record.id)}: ${printable(sentence)}`),
    '',
    ...gates
      .filter(({ status }) => status !== 'passed')
      .map(
        ({ status, metric, cell, limit, says }) =>
          `${status === 'failed' ? colours.red('✗') : '–'} ${cell}: ${metric} must be ${limit}; ${printable(says)}`,
      ),
    ...comparisonLines(report),
    colours.bold(paint(`${name}: ${verdict}`)) +
      `, ${held} of ${countText(gates.length, 'gate')} hold, ${trials.ended} of ${countText(trials.planned, 'run')}, ${tookText(report)} on ${machineText(report.machine)}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const HEAD = ['CELL', 'PASSED', 'MEDIAN', 'AGAINST', 'SPREAD', 'SAME FILES', 'LEFT', 'MEMORY', 'MOST/MIN', 'LINES'];

/** One glance a question: reliable, scalable, repeatable, maintainable. */
function rowOf({ record, figures, runs, against, drifts, levels }: CellReport): readonly string[] {
  if (record.unavailable) return [record.id, 'not run'];
  const wall = figures['wall_seconds.p50'];
  const spread = figures['wall_seconds.cv'];
  const most = figures['throughput.max'];
  const memory = figures['peak_rss_bytes.p50'];
  return [
    record.id,
    `${runs.good}/${runs.timed}`,
    wall ? secondsText(wall.value) : '-',
    against ? againstMark(against) : '-',
    spread ? percentText(spread.value) : '-',
    drifts === undefined ? '-' : drifts.length === 0 ? 'yes' : `${drifts.length} differ`,
    String((figures.leaked?.value ?? 0) + (figures.interrupt_leaked?.value ?? 0)),
    memory ? valueText('peak_rss_bytes.p50', memory.value) : '-',
    most ? `${significant(most.value)} at ${levels.find(({ perMinute }) => perMinute === most.value)?.level ?? '?'}` : '-',
    String(figures.spec_lines?.value ?? '-'),
  ];
}

const againstMark = ({ claim, value }: NonNullable<CellReport['against']>): string =>
  claim === 'few' ? '?' : claim === 'none' ? '≈' : `× ${significant(value)}`;

const tookText = ({ startedAt, endedAt }: MatrixReport): string => durationText(Date.parse(endedAt) - Date.parse(startedAt));

function comparisonLines({ comparison }: MatrixReport): readonly string[] {
  if (!comparison) return [];
  const { baseline, at, why, software, changes } = comparison;
  if (why !== undefined) return [`not compared with ${baseline} of ${at}: ${printable(why)}`];
  return [
    `compared with ${baseline} of ${at}${software.length > 0 ? ` (${software.join(', ')})` : ''}: ${changes.length === 0 ? 'no difference is shown' : countText(changes.length, 'difference')}`,
    ...changes.map(({ cell, metric, ratio, worse }) => `  ${cell}: ${metric} × ${significant(ratio)}, ${worse > 0 ? 'worse' : 'better'}`),
  ];
}
