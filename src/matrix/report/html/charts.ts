import { secondsText, significant } from '../figure-text.ts';
import type { CellReport, Night } from '../model.ts';
import { across, colourOf, element, fitting, LEFT, label, line, linear, type Markup, round, type Scale, svg, WIDTH } from './svg.ts';

const ROW = 28;
const AXIS = 30;

/** Every timed run as a stroke, so that what a median hides is seen; the median and its interval over them. */
export function wallStrips(cells: readonly CellReport[]): Markup {
  const height = cells.length * ROW + AXIS;
  const scale = fitting(
    cells.flatMap(({ walls }) => walls),
    across.from,
    across.to,
  );
  return svg({
    title: 'Seconds of each timed run',
    about: cells.map(({ record, figures }) => `${record.id}: median ${numberOr(figures['wall_seconds.p50']?.value)} seconds.`).join(' '),
    height,
    body: [...axis(scale, height, secondsText), ...cells.flatMap((cell, index) => strip(cell, index, scale))],
  });
}

function strip({ record, walls, figures }: CellReport, index: number, scale: Scale): readonly Markup[] {
  const top = index * ROW + 4;
  const strokes = walls.map((wall) => `M${round(scale(wall))} ${top}v20`).join('');
  const median = figures['wall_seconds.p50'];
  return [
    rowLabel(record.id, top),
    ...(strokes === ''
      ? []
      : [
          element('path', {
            d: strokes,
            stroke: colourOf(index),
            'stroke-width': 1.5,
            'stroke-opacity': walls.length > 200 ? 0.3 : 0.7,
            fill: 'none',
          }),
        ]),
    ...(median ? [...whiskers(scale, median, top + 10), label(across.to + 6, top + 14, secondsText(median.value))] : []),
  ];
}

/** An interval as a bar, its value as a diamond. */
function whiskers(
  scale: Scale,
  { value, low = value, high = value }: { readonly value: number; readonly low?: number; readonly high?: number },
  y: number,
): readonly Markup[] {
  const x = scale(value);
  return [
    line([scale(low), y], [scale(high), y], 'currentColor', 2),
    element('path', { d: `M${round(x - 5)} ${y}l5 -5l5 5l-5 5z`, fill: 'currentColor' }),
  ];
}

/** How many runs passed, with the interval that so few or so many of them leave. */
export function successIntervals(cells: readonly CellReport[]): Markup {
  const height = cells.length * ROW + AXIS;
  const scale = linear(1, across.from, across.to);
  return svg({
    title: 'Share of timed runs that passed and left nothing behind',
    about: cells.map(({ record, runs }) => `${record.id}: ${runs.good} of ${runs.timed}.`).join(' '),
    height,
    body: [
      ...axis(scale, height, (value) => `${Math.round(value * 100)} %`),
      ...cells.flatMap(({ record, figures, runs }, index) => [
        rowLabel(record.id, index * ROW + 4),
        ...(figures.success_rate ? whiskers(scale, figures.success_rate, index * ROW + 14) : []),
        label(across.to + 6, index * ROW + 18, `${runs.good}/${runs.timed}`),
      ]),
    ],
  });
}

export const PHASES = [
  ['prepare_seconds.p50', 'prepare'],
  ['run_seconds.p50', 'run'],
  ['collect_seconds.p50', 'collect'],
  ['clean_up_seconds.p50', 'clean up'],
] as const;

/** Where the time of a run goes. */
export function phaseBars(cells: readonly CellReport[]): Markup {
  const height = cells.length * ROW + AXIS + 20;
  const totals = cells.map(({ figures }) => PHASES.reduce((sum, [metric]) => sum + (figures[metric]?.value ?? 0), 0));
  const scale = linear(Math.max(0, ...totals), across.from, across.to);
  const legend = PHASES.flatMap(([, name], index) => {
    const x = LEFT + index * 110;
    return [element('rect', { x, y: height - 14, width: 10, height: 10, fill: colourOf(index) }), label(x + 16, height - 5, name)];
  });
  return svg({
    title: 'Median seconds of each phase',
    about: cells
      .map(
        ({ record, figures }) =>
          `${record.id}: ${PHASES.map(([metric, name]) => `${name} ${numberOr(figures[metric]?.value)}`).join(', ')} seconds.`,
      )
      .join(' '),
    height,
    body: [...axis(scale, height - 20, secondsText), ...cells.flatMap((cell, index) => bar(cell, index, scale)), ...legend],
  });
}

function bar({ record, figures }: CellReport, index: number, scale: Scale): readonly Markup[] {
  const y = index * ROW + 6;
  let at = 0;
  const parts = PHASES.map(([metric], part) => {
    const seconds = figures[metric]?.value ?? 0;
    const x = scale(at);
    at += seconds;
    return element('rect', { x: round(x), y, width: round(scale(at) - x), height: 16, fill: colourOf(part) });
  });
  return [rowLabel(record.id, index * ROW + 4), ...parts];
}

const PLOT = { top: 16, bottom: 230, height: 262 } as const;

/** Runs a minute, or seconds, against runs at the same time. */
export function levelLines(cells: readonly CellReport[], show: 'perMinute' | 'p95Seconds'): Markup {
  const measured = cells.map((cell, index) => ({ cell, index })).filter(({ cell }) => cell.levels.length > 0);
  const levels = [...new Set(measured.flatMap(({ cell }) => cell.levels.map(({ level }) => level)))].toSorted((a, b) => a - b);
  const values = measured.flatMap(({ cell }) => cell.levels.map((level) => level[show]));
  const y = show === 'perMinute' ? linear(Math.max(0, ...values), PLOT.bottom, PLOT.top) : fitting(values, PLOT.bottom, PLOT.top);
  const x = (level: number): number => LEFT + ((WIDTH - 2 * LEFT) * levels.indexOf(level)) / Math.max(1, levels.length - 1);
  const lines = measured.map(({ cell, index }) => ({
    name: cell.record.id,
    colour: colourOf(index),
    points: cell.levels.map((level) => [x(level.level), y(level[show])] as const),
  }));
  return svg({
    title:
      show === 'perMinute'
        ? 'Runs finished in a minute, by runs at the same time'
        : '95th percentile of seconds a run, by runs at the same time',
    about: measured
      .map(({ cell }) => `${cell.record.id}: ${cell.levels.map((level) => `${significant(level[show])} with ${level.level}`).join(', ')}.`)
      .join(' '),
    height: PLOT.height,
    body: [
      ...leftAxis(y, show === 'perMinute' ? significant : secondsText),
      ...levels.map((level) => label(x(level), PLOT.bottom + 18, String(level), 'middle')),
      ...polylines(lines),
    ],
  });
}

/** A cell over the nights, each with its interval. Nights on other machines are left out: their times are no trend. */
export function trendLines(cells: readonly CellReport[], history: readonly Night[]): Markup {
  const nights = history.filter(({ otherMachine }) => otherMachine === undefined);
  const wall = (night: Night, id: string): number | undefined => night.cells[id]?.['wall_seconds.p50']?.value;
  const shown = cells
    .map((cell, index) => ({ id: cell.record.id, index }))
    .filter(({ id }) => nights.some((night) => wall(night, id) !== undefined));
  const y = fitting(
    shown.flatMap(({ id }) => nights.flatMap((night) => wall(night, id) ?? [])),
    PLOT.bottom,
    PLOT.top,
  );
  const x = (nth: number): number => LEFT + ((WIDTH - 2 * LEFT) * nth) / Math.max(1, nights.length - 1);
  const lines = shown.map(({ id, index }) => ({
    name: id,
    colour: colourOf(index),
    points: nights.flatMap((night, nth) => {
      const value = wall(night, id);
      return value === undefined ? [] : [[x(nth), y(value)] as const];
    }),
  }));
  const ends = nights.length === 1 ? [0] : [0, nights.length - 1];
  return svg({
    title: 'Median seconds of a run, night by night',
    about: shown
      .map(({ id }) => `${id}: from ${numberOr(wall(nights[0] as Night, id))} to ${numberOr(wall(nights.at(-1) as Night, id))} seconds.`)
      .join(' '),
    height: PLOT.height,
    body: [
      ...leftAxis(y, secondsText),
      ...ends.map((nth) => label(x(nth), PLOT.bottom + 18, nights[nth]?.at.slice(0, 10) ?? '', 'middle')),
      ...polylines(lines),
    ],
  });
}

interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [number, number])[];
}

/** Each line has its name at its end, and names that would cover each other are moved apart. */
function polylines(lines: readonly Line[]): readonly Markup[] {
  const ends = lines
    .filter(({ points }) => points.length > 0)
    .toSorted((a, b) => (a.points.at(-1)?.[1] ?? 0) - (b.points.at(-1)?.[1] ?? 0));
  let free = 0;
  return ends.flatMap(({ name, colour, points }) => {
    const [lastX, lastY] = points.at(-1) as readonly [number, number];
    const labelY = Math.max(lastY + 4, free);
    free = labelY + 14;
    return [
      element('polyline', {
        points: points.map(([px, py]) => `${round(px)},${round(py)}`).join(' '),
        fill: 'none',
        stroke: colour,
        'stroke-width': 2,
      }),
      ...points.map(([px, py]) => element('circle', { cx: round(px), cy: round(py), r: 3, fill: colour })),
      line([lastX + 4, lastY], [lastX + 14, labelY - 4], colour),
      label(lastX + 18, labelY, name),
    ];
  });
}

const rowLabel = (id: string, top: number): Markup => label(LEFT - 8, top + 14, id.length > 22 ? `${id.slice(0, 21)}…` : id, 'end');

const axis = (scale: Scale, height: number, name: (value: number) => string): readonly Markup[] =>
  scale.ticks.flatMap((tick) => [
    element('line', {
      x1: round(scale(tick)),
      y1: 0,
      x2: round(scale(tick)),
      y2: height - AXIS + 4,
      stroke: 'currentColor',
      'stroke-opacity': 0.2,
    }),
    label(scale(tick), height - AXIS + 20, name(tick), 'middle'),
  ]);

const leftAxis = (scale: Scale, name: (value: number) => string): readonly Markup[] =>
  scale.ticks.flatMap((tick) => [
    element('line', {
      x1: LEFT - 20,
      y1: round(scale(tick)),
      x2: WIDTH - LEFT + 20,
      y2: round(scale(tick)),
      stroke: 'currentColor',
      'stroke-opacity': 0.2,
    }),
    label(LEFT - 26, scale(tick) + 4, name(tick), 'end'),
  ]);

const numberOr = (value: number | undefined): string => (value === undefined ? 'none' : significant(value));
