import { attributes, escaped } from '../../../report/xml.ts';

/** A piece of markup, with everything in it escaped that has to be. */
export type Markup = string & { readonly __brand: 'Markup' };

type Values = Readonly<Record<string, string | number>>;

/** An element; children are markup, so text goes through `text` first. */
export const element = (name: string, values: Values, ...children: readonly Markup[]): Markup =>
  (children.length === 0 ? `<${name}${attributes(values)}/>` : `<${name}${attributes(values)}>${children.join('')}</${name}>`) as Markup;

export const text = (written: string): Markup => escaped(written) as Markup;

export const WIDTH = 720;
/** For the names of cells, left of a chart. */
export const LEFT = 150;
const RIGHT = 60;

export interface Chart {
  /** What it shows, as a heading would say; unique on the page. */
  readonly title: string;
  /** What a person who does not see it should know. */
  readonly about: string;
  readonly height: number;
  readonly body: readonly Markup[];
}

/**
 * A chart that needs no style sheet: colours are attributes that are legible on white and on black, text has the colour of the
 * page. It is an image to a screen reader, with a title and a description.
 */
export function svg({ title, about, height, body }: Chart): Markup {
  const id = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const image = element(
    'svg',
    {
      role: 'img',
      'aria-labelledby': `${id} ${id}-about`,
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      'font-family': 'sans-serif',
      'font-size': 12,
    },
    element('title', { id }, text(title)),
    element('desc', { id: `${id}-about` }, text(about)),
    ...body,
  );
  return element('figure', {}, element('figcaption', {}, text(title)), image);
}

/** Distinguishable on white and on black, with a contrast of 4 to 1 or more on either. */
const COLOURS = ['#3b7dd8', '#c2571a', '#2a8f63', '#8a5cd6', '#a06f00', '#d6336c', '#5b7083', '#0e8a9a'];
export const colourOf = (index: number): string => COLOURS[index % COLOURS.length] as string;

export const label = (x: number, y: number, written: string, anchor: 'start' | 'middle' | 'end' = 'start'): Markup =>
  element('text', { x: round(x), y: round(y), fill: 'currentColor', 'text-anchor': anchor }, text(written));

export const line = (from: readonly [number, number], to: readonly [number, number], stroke = 'currentColor', width = 1): Markup =>
  element('line', { x1: round(from[0]), y1: round(from[1]), x2: round(to[0]), y2: round(to[1]), stroke, 'stroke-width': width });

export const round = (value: number): number => Math.round(value * 10) / 10;

export interface Scale {
  /** From a value to a place on the axis. */
  (value: number): number;
  readonly ticks: readonly number[];
}

/** From 0 to the largest value between two places of the picture. */
export function linear(largest: number, from: number, to: number): Scale {
  const top = largest > 0 ? largest : 1;
  const place = (value: number): number => from + ((to - from) * value) / top;
  return Object.assign(place, { ticks: ticksUpTo(top) });
}

/** Where the largest is so many times the smallest, a linear axis shows nothing of the small ones. */
const WIDE = 30;

/** Linear, or logarithmic where the values lie far apart. */
export function fitting(values: readonly number[], from: number, to: number): Scale & { readonly isLog: boolean } {
  const positive = values.filter((value) => value > 0);
  const [low, high] = positive.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, 0],
  );
  if (positive.length === 0 || high / low < WIDE) return Object.assign(linear(high, from, to), { isLog: false });
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const place = (value: number): number => from + ((to - from) * (Math.log10(Math.max(value, 10 ** first)) - first)) / (last - first);
  return Object.assign(place, { isLog: true, ticks: Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index)) });
}

export const across: { readonly from: number; readonly to: number } = { from: LEFT, to: WIDTH - RIGHT };

/** Four to eight round numbers. */
function ticksUpTo(top: number): readonly number[] {
  const rough = top / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough) ?? rough;
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
