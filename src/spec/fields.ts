import * as v from 'valibot';
import type { Schema } from './kinds.ts';
import type { Path } from './path.ts';

export type Fields = Readonly<Record<string, Schema<unknown>>>;

/** What a schema is made of; each kind of schema has some of these. */
interface Inside {
  readonly entries?: Fields;
  readonly item?: Schema<unknown>;
  readonly value?: Schema<unknown>;
  readonly wrapped?: Schema<unknown>;
  readonly options?: readonly (Schema<unknown> | string)[];
  readonly getter?: (value: unknown) => Schema<unknown>;
}

const inside = (schema: Schema<unknown>): Inside => schema as Inside;

/**
 * The schemas of what stands at a path, one for each form that it may take. With the document at hand only the form
 * that the user chose is followed.
 */
export function schemasAt(schema: Schema<unknown>, path: Path, value?: unknown): readonly Schema<unknown>[] {
  const forms = formsOf(schema, value);
  const [key, ...rest] = path;
  if (key === undefined) return forms;
  const child = childOf(value, key);
  return forms.flatMap((form) => {
    const { entries, item, value: ofMap } = inside(form);
    const next = (entries && Object.hasOwn(entries, key) ? entries[key] : undefined) ?? item ?? ofMap;
    return next ? schemasAt(next, rest, child) : [];
  });
}

/** The fields that a mapping may have; none where it is no mapping of fields. */
export const fieldsOf = (forms: readonly Schema<unknown>[]): Fields => Object.assign({}, ...forms.map((form) => inside(form).entries));

/** What a field says about itself. */
export function descriptionOf(schema: Schema<unknown>): string | undefined {
  const { wrapped, getter } = inside(schema);
  const within = wrapped ?? getter?.(undefined);
  return v.getDescription(schema) ?? (within && descriptionOf(within));
}

/** Unwraps what may be left out, and chooses between alternatives. */
function formsOf(schema: Schema<unknown>, value: unknown): readonly Schema<unknown>[] {
  const { wrapped, getter, options, entries } = inside(schema);
  if (wrapped) return formsOf(wrapped, value);
  if (getter) return formsOf(getter(value), value);
  const alternatives = options?.filter((option) => typeof option !== 'string') ?? [];
  return alternatives.length > 0 && !entries ? alternatives.flatMap((option) => formsOf(option, value)) : [schema];
}

function childOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
}
