import { durationText } from '../../../report/words.ts';
import { METRIC_NAMES, METRICS } from '../../../spec/matrix/metrics.ts';
import { machineText } from '../../machine.ts';
import { secondsText } from '../figure-text.ts';
import type { CellReport, MatrixReport } from '../model.ts';
import { againstText } from '../sentence.ts';
import { trendLines } from './charts.ts';
import { comparisonSection, gatesSection } from './gates.ts';
import { maintainable, reliable, repeatable, scalable } from './questions.ts';
import { STYLE } from './style.ts';
import { element, type Markup, text } from './svg.ts';
import { paragraph, section, tableOf } from './tags.ts';

/**
 * One file with everything in it, legible without its style sheet and without scripts: Jenkins serves reports under a policy that
 * allows neither. The style sheet, where it is allowed, only makes it handsome.
 */
export function htmlPage(report: MatrixReport): string {
  const title = `${report.name}: ${report.verdict}`;
  const here = report.cells.filter(({ record }) => !record.unavailable);
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, text(title)),
    `<style>${STYLE}</style>` as Markup,
  );
  const main = element(
    'main',
    {},
    element('h1', {}, text(`${report.name}: `), element('span', { class: report.verdict }, text(report.verdict))),
    paragraph(aboutText(report)),
    summary(report.cells),
    gatesSection(report.gates),
    ...(report.comparison ? [comparisonSection(report.comparison)] : []),
    ...(here.length === 0 ? [] : [repeatable(here), reliable(here), maintainable(here), scalable(here)]),
    ...history(report, here),
    setting(report),
    definitions(),
  );
  return `<!DOCTYPE html>\n${element('html', { lang: 'en' }, head, element('body', {}, main))}\n`;
}

const aboutText = ({ trials, startedAt, endedAt, machine, runner }: MatrixReport): string =>
  `${trials.ended} of ${trials.planned} runs in ${durationText(Date.parse(endedAt) - Date.parse(startedAt))}, begun ${startedAt}, with runner ${runner} on ${machineText(machine)}.`;

/** What a person can read in ten seconds. */
function summary(cells: readonly CellReport[]): Markup {
  return section(
    'summary',
    'In short',
    tableOf(['cell', 'passed', 'median', 'against', 'same files', 'left behind'], cells.map(summaryRow)),
    element('dl', {}, ...cells.flatMap(({ record, sentence }) => [element('dt', {}, text(record.id)), element('dd', {}, text(sentence))])),
  );
}

function summaryRow({ record, runs, figures, against, drifts }: CellReport): readonly string[] {
  if (record.unavailable) return [record.id, 'not run', '', '', '', ''];
  const wall = figures['wall_seconds.p50'];
  return [
    record.id,
    `${runs.good} of ${runs.timed}`,
    wall ? secondsText(wall.value) : '–',
    againstText(against).replace(/^, /, '') || '–',
    drifts === undefined ? '–' : drifts.length === 0 ? 'yes' : `no, ${drifts.length} differ`,
    String((figures.leaked?.value ?? 0) + (figures.interrupt_leaked?.value ?? 0)),
  ];
}

function history({ history: nights }: MatrixReport, cells: readonly CellReport[]): readonly Markup[] {
  if (nights.length < 2) return [];
  const others = nights.filter(({ otherMachine }) => otherMachine !== undefined);
  return [
    section(
      'history',
      `The last ${nights.length} nights`,
      trendLines(cells, nights),
      ...(others.length > 0 ? [paragraph(`${others.length} of them ran on another machine and are not drawn.`)] : []),
      element(
        'details',
        {},
        element('summary', {}, text('Night by night')),
        tableOf(
          ['begun', 'verdict', ...cells.map(({ record }) => record.id)],
          nights.map(({ at, verdict, otherMachine, cells: figures }) => [
            at.replace(/\.\d+Z$/, 'Z'),
            otherMachine === undefined ? verdict : `${verdict}, other machine`,
            ...cells.map(({ record }) => {
              const wall = figures[record.id]?.['wall_seconds.p50'];
              return wall ? secondsText(wall.value) : '–';
            }),
          ]),
        ),
      ),
    ),
  ];
}

function setting({ machine, settings, sessions, matrix }: MatrixReport): Markup {
  return section(
    'setting',
    'How it was measured',
    tableOf(
      ['what', 'value'],
      [
        ['results', matrix],
        ['machine', machineText(machine)],
        ['system', `${machine.system}, Node ${machine.node}`],
        ['daemon', machine.docker ?? 'none'],
        ['runs', `${settings.repeat} timed after ${settings.warmup} for warming up, ${settings.order}, seed ${settings.seed}`],
        ['at the same time', String(settings.maxParallel)],
        ['sessions', String(sessions)],
      ],
    ),
  );
}

function definitions(): Markup {
  return section(
    'definitions',
    'What the figures are',
    paragraph(
      'Intervals are of 95 %: by 1,000 bootstrap samples for medians and percentiles (of 300 runs and more by their order statistics), by Wilson for rates. Cells are compared by the ratios of runs that were made side by side; where the interval holds 1, or two intervals overlap, no difference is claimed.',
    ),
    element(
      'dl',
      {},
      ...METRIC_NAMES.flatMap((metric) => [
        element('dt', {}, element('code', {}, text(metric))),
        element('dd', {}, text(`${METRICS[metric].about} (${METRICS[metric].question}).`)),
      ]),
    ),
  );
}
