import { METRIC_NAMES, METRICS, type Question } from '../../../spec/matrix/metrics.ts';
import { figureText, percentText, secondsText, significant } from '../figure-text.ts';
import type { CellReport } from '../model.ts';
import { levelLines, phaseBars, successIntervals, wallStrips } from './charts.ts';
import { element, type Markup, text } from './svg.ts';
import { paragraph, section, tableOf } from './tags.ts';

type Cells = readonly CellReport[];

/** Lists that a night has filled to the brim are cut; the results file has them all. */
const MOST_LISTED = 100;

export function repeatable(cells: Cells): Markup {
  const drifts = cells.flatMap(({ record, drifts: some = [] }) =>
    some.map(({ path, contents, missing, n }) => [
      record.id,
      path,
      `${contents} contents in ${n} runs${missing > 0 ? `, missing in ${missing}` : ''}`,
    ]),
  );
  return section(
    'repeatable',
    'Repeatable: does the same come out every time?',
    wallStrips(cells),
    figures(cells, 'repeatable'),
    tableOf(
      ['cell', 'verdicts'],
      cells.map(({ record, verdicts }) => [record.id, verdicts.map(({ verdict, n }) => `${n} × ${verdict}`).join(', ') || '–']),
    ),
    ...(drifts.length === 0
      ? [paragraph('Every artifact had the same SHA-256 in every run.')].filter(() => cells.some(({ drifts: some }) => some !== undefined))
      : [paragraph('Artifacts that were not the same in every run:'), cut(['cell', 'file', 'how'], drifts)]),
  );
}

export function reliable(cells: Cells): Markup {
  const failures = cells.flatMap(({ record, failures: some }) =>
    some.map(({ class: kind, n, example }) => [
      record.id,
      kind,
      String(n),
      `${example.step === undefined ? '' : `${example.step}: `}${example.message}`,
      example.run ?? example.trial,
    ]),
  );
  const leaks = cells.flatMap(({ leaks: some }) => some.map(({ trial, leaked }) => [trial, leaked.join(', ')]));
  const interrupts = cells.flatMap(({ record, interrupts: some }) =>
    some.map(({ signal, met, n, unclean, rate }) => [
      record.id,
      signal.toUpperCase(),
      `${met} of ${n}`,
      String(unclean),
      rate ? `at most ${percentText(rate.high)}` : '–',
    ]),
  );
  return section(
    'reliable',
    'Reliable: does it end well, whatever happens?',
    successIntervals(cells),
    figures(cells, 'reliable'),
    ...(failures.length === 0
      ? []
      : [
          paragraph('Runs that failed, by class, each with an example:'),
          cut(['cell', 'class', 'runs', 'what happened', 'example'], failures),
        ]),
    ...(leaks.length === 0 ? [] : [paragraph('What was left behind:'), cut(['run', 'what'], leaks)]),
    ...(interrupts.length === 0
      ? []
      : [
          paragraph('Runs interrupted at random instants:'),
          tableOf(['cell', 'signal', 'met while running', 'left something', 'rate of that, 95 %'], interrupts),
        ]),
  );
}

export function maintainable(cells: Cells): Markup {
  return section(
    'maintainable',
    'Maintainable: what has to be kept in order?',
    figures(cells, 'maintainable'),
    tableOf(
      ['cell', 'the machine needs', 'the steps are given', 'images'],
      cells.map(({ record: { id, facts } }) => [
        id,
        facts?.prerequisites.join(', ') ?? '–',
        facts?.privileges.join(', ') || 'nothing',
        facts?.images.map(({ name, pinned }) => `${name}${pinned ? '' : ' (not pinned)'}`).join(', ') || 'none',
      ]),
    ),
  );
}

export function scalable(cells: Cells): Markup {
  const isLoaded = cells.some(({ levels }) => levels.length > 0);
  const levels = cells.flatMap(({ record, levels: some }) =>
    some.map(({ level, n, failed, perMinute, p50Seconds, p95Seconds }) => [
      record.id,
      String(level),
      String(n),
      String(failed),
      significant(perMinute),
      secondsText(p50Seconds),
      secondsText(p95Seconds),
    ]),
  );
  return section(
    'scalable',
    'Scalable: what does it cost, and how much of it goes at once?',
    phaseBars(cells),
    ...(isLoaded
      ? [
          levelLines(cells, 'perMinute'),
          levelLines(cells, 'p95Seconds'),
          tableOf(['cell', 'at the same time', 'runs', 'failed', 'runs a minute', 'median', 'p95'], levels),
        ]
      : [paragraph('Runs at the same time were not asked for: `parallelism` in the matrix does.')]),
    figures(cells, 'scalable'),
  );
}

/** A row a figure, a column a cell. */
function figures(cells: Cells, question: Question): Markup {
  const metrics = METRIC_NAMES.filter((metric) => METRICS[metric].question === question && cells.some((cell) => cell.figures[metric]));
  if (metrics.length === 0) return paragraph('Nothing was measured.');
  return tableOf(
    ['figure', ...cells.map(({ record }) => record.id)],
    metrics.map((metric) => [metric, ...cells.map((cell) => (cell.figures[metric] ? figureText(metric, cell.figures[metric]) : '–'))]),
  );
}

function cut(head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const shown = tableOf(head, rows.slice(0, MOST_LISTED));
  return rows.length <= MOST_LISTED
    ? shown
    : element('div', {}, shown, element('p', {}, text(`… and ${rows.length - MOST_LISTED} more in the results file.`)));
}
