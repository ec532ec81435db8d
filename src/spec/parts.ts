import { shapeOf } from './kinds.ts';
import type { Path } from './path.ts';
import { nearest } from './suggest.ts';

/** A part of the document that has not been validated: checks look at what is there and pass over the rest. */
export interface Part {
  readonly path: Path;
  readonly value: unknown;
}

export const at = ({ path }: Part, key: string): Path => [...path, key];

export const mappingOf = (value: unknown): Readonly<Record<string, unknown>> =>
  shapeOf(value) === 'mapping' ? (value as Record<string, unknown>) : {};

export const fieldOf = ({ value }: Part, key: string): unknown => mappingOf(value)[key];

export const part = (owner: Part, key: string): Part => ({ path: at(owner, key), value: fieldOf(owner, key) });

export function textOf(owner: Part, key: string): string | undefined {
  const value = fieldOf(owner, key);
  return typeof value === 'string' ? value : undefined;
}

export function items(owner: Part, key: string): readonly Part[] {
  const { path, value } = part(owner, key);
  return Array.isArray(value) ? value.map((item: unknown, index) => ({ path: [...path, index], value: item })) : [];
}

/** The names in a list whose entries are names, or mappings that have one. */
export const namesOf = (document: Part, list: string, key: string): readonly string[] =>
  items(document, list).flatMap((item) => (typeof item.value === 'string' ? [item.value] : (textOf(item, key) ?? [])));

/** `; did you mean …?`, where one of the names is near what was written. */
export function like(written: string, names: readonly string[]): string {
  const name = nearest(written, names);
  return name === undefined ? '' : `; did you mean \`${name}\`?`;
}
