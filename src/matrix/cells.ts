import type { AxisValue, Matrix, Selection } from '../spec/matrix/matrix.ts';
import type { Override } from '../spec/overrides.ts';
import { pathText } from '../spec/path.ts';
import type { PatternName } from '../spec/spec.ts';

/** One combination of values, and what it sets in the spec. */
export interface Cell {
  /** `single/warm`, `kind/image=debian:trixie`: unique in the matrix and the same every night. */
  readonly id: string;
  readonly pattern: PatternName;
  readonly cache: 'cold' | 'warm' | undefined;
  readonly values: Selection;
  readonly set: readonly Override[];
}

/** Every combination of the axes but the excluded ones, and the included ones after them, in the order of the document. */
export function cellsOf({ axes, exclude, include }: Pick<Matrix, 'axes' | 'exclude' | 'include'>): readonly Cell[] {
  const combined = Object.entries(axes)
    .reduce<readonly Selection[]>(
      (cells, [axis, values]) => cells.flatMap((cell) => values.map((value) => ({ ...cell, [axis]: value }))),
      [{}],
    )
    .filter((values) => !exclude.some((selection) => matches(values, selection)))
    .map((values) => cellOf(values, []));
  const all = [...combined, ...include.map(({ where, set }) => cellOf(where, set))];
  return [...new Map(all.map((cell) => [cell.id, cell])).values()];
}

/** A selection without values matches every cell. */
export const matches = (values: Selection, selection: Selection): boolean =>
  Object.entries(selection).every(([axis, value]) => values[axis] === value);

/** `pattern=single,cache=warm`, or a part of a cell's id. */
export function selects(written: string, { id, values }: Cell): boolean {
  if (!written.includes('=')) return id === written || id.split('/').includes(written);
  return written.split(',').every((part) => {
    const at = part.indexOf('=');
    return String(values[part.slice(0, at).trim()]) === part.slice(at + 1).trim();
  });
}

const OWN_AXES = ['pattern', 'cache', 'spec'];

function cellOf(values: Selection, set: readonly Override[]): Cell {
  const fields = Object.entries(values).filter(([axis]) => !OWN_AXES.includes(axis));
  const fromAxes = fields.map(([axis, value]): Override => ({ path: axis.split('.'), value: JSON.stringify(value), from: `axis ${axis}` }));
  return {
    id: [...Object.entries(values).map(partOf), ...set.map(({ path, value }) => `${pathText(path)}=${plain(value)}`)].join('/'),
    pattern: values['pattern'] as PatternName,
    cache: values['cache'] as Cell['cache'],
    values,
    set: [...fromAxes, ...set],
  };
}

const partOf = ([axis, value]: readonly [string, AxisValue]): string =>
  axis === 'pattern' || axis === 'cache' ? String(value) : `${axis}=${value}`;

const plain = (json: string): string => json.replace(/^"(.*)"$/, '$1');
