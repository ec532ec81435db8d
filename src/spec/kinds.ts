import * as v from 'valibot';
import { DURATION, parseDuration } from './duration.ts';
import { parseSize, SIZE } from './size.ts';

/** Reads a part of the document, whatever the user wrote there, as a `T`. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/**
 * The kinds of value a field may have. Each takes what editors and `runner explain` say about the field; the message of a
 * schema is a noun, what is needed there, and the message of a check is the whole complaint (see issues.ts).
 */
export const text = (about: string, noun = 'a text'): Schema<string> =>
  v.pipe(v.string(noun), v.description(about), v.nonEmpty('is empty; give it a value, or remove it'));

export interface Rule {
  readonly like: RegExp;
  /** What the field must be, after "is not". */
  readonly rule: string;
}

export const matching = (about: string, { like, rule }: Rule): Schema<string> =>
  v.pipe(v.string('a text'), v.description(about), v.regex(like, `is not ${rule}`));

export const flag = (about: string): Schema<boolean> => v.pipe(v.boolean('true or false'), v.description(about));

export const wholeNumber = (about: string, min: number, max: number = Number.MAX_SAFE_INTEGER): Schema<number> => {
  const range = max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`;
  const message = `is not ${range}`;
  return v.pipe(v.number(range), v.description(about), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
};

/** Milliseconds. */
export const duration = (about: string): Schema<number> =>
  v.pipe(
    v.string('a duration such as 90s, 15m or 2h'),
    v.description(about),
    v.regex(DURATION, 'is not a duration; write one such as 90s, 15m or 2h'),
    v.transform((written) => parseDuration(written) ?? Number.NaN),
    v.check((ms) => !Number.isNaN(ms), 'is longer than 24 days'),
    v.check((ms) => ms > 0, 'is no time at all'),
  );

/** Bytes. */
export const size = (about: string): Schema<number> =>
  v.pipe(
    v.string('a size such as 64MiB or 2GiB'),
    v.description(about),
    v.regex(SIZE, 'is not a size; write one such as 64MiB or 2GiB'),
    v.transform((written) => parseSize(written) ?? Number.NaN),
    v.check((bytes) => bytes > 0, 'is not a size that a machine could have'),
  );

export const oneOf = <const T extends readonly string[]>(about: string, options: T): Schema<T[number]> =>
  v.pipe(v.picklist(options, `one of ${options.join(', ')}`), v.description(about));

export const list = <T>(about: string, item: Schema<T>, noun = 'a list'): Schema<T[]> => v.pipe(v.array(item, noun), v.description(about));

export const mapOf = <T>(about: string, key: Schema<string>, value: Schema<T>): Schema<Record<string, T>> =>
  mapping('a mapping', v.pipe(v.record(key as v.GenericSchema<string, string>, value), v.description(about)));

/** A mapping with exactly these fields. */
export const section = <const E extends v.ObjectEntries>(
  about: string,
  entries: E,
): Schema<v.InferOutput<v.StrictObjectSchema<E, undefined>>> => {
  const names = Object.keys(entries);
  const noun = names.length > MOST_NAMED ? 'a mapping' : `a mapping with ${names.join(', ')}`;
  return mapping(noun, v.pipe(v.strictObject(entries), v.description(about)));
};

/** So many fields are named when something else stands where their mapping should be. */
const MOST_NAMED = 4;

/** Valibot takes lists and dates for objects. */
export const mapping = <T>(noun: string, schema: Schema<T>): Schema<T> =>
  v.lazy((value): Schema<T> => (value === undefined || shapeOf(value) === 'mapping' ? schema : refusal<T>(noun)));

/** A path inside a container, or inside a folder that is named elsewhere. */
export const ABSOLUTE: Rule = { like: /^\/(?!$)/, rule: 'an absolute path below `/`' };
export const INSIDE: Rule = { like: /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))./, rule: 'a relative path without `..`' };

export type Shape = 'text' | 'number' | 'flag' | 'list' | 'mapping' | 'date' | 'empty';

/** What a YAML value is, in a user's words. */
export function shapeOf(value: unknown): Shape {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Date) return 'date';
  const shapes: Readonly<Record<string, Shape>> = { string: 'text', number: 'number', boolean: 'flag' };
  return shapes[typeof value] ?? 'mapping';
}

/** The branch is picked by the shape of the value, so that messages speak of that branch alone. */
export const byShape = <T>(about: string, noun: string, branches: Partial<Record<Shape, Schema<T>>>): Schema<T> =>
  choice(about, Object.values(branches), (value) => branches[shapeOf(value)] ?? refusal(noun));

/** A mapping of one of several kinds, told apart by the one key that it must have. */
export const byKey = <T>(about: string, branches: Readonly<Record<string, Schema<T>>>): Schema<T> =>
  choice(about, Object.values(branches), (value) => {
    const keys = Object.keys(branches);
    if (shapeOf(value) !== 'mapping') return refusal(`a mapping with one of ${keys.join(', ')}`);
    const present = keys.filter((key) => Object.hasOwn(value as object, key));
    if (present.length === 1) return branches[present[0]!]!;
    return complaint(present.length === 0 ? `needs one of ${keys.join(', ')}` : `has ${present.join(' and ')}; keep one of them`);
  });

/** The getter is called without a value by those who want to see every branch: the JSON schema and `fields.ts`. */
const choice = <T>(about: string, options: readonly Schema<T>[], pick: (value: unknown) => Schema<T>): Schema<T> =>
  v.pipe(
    v.lazy((value): Schema<T> => (value === undefined ? v.union([...options]) : pick(value))),
    v.description(about),
  );

const refusal = <T>(noun: string): Schema<T> => v.custom<T>(() => false, noun);

const complaint = <T>(message: string): Schema<T> =>
  v.pipe(
    v.any(),
    v.check(() => false, message),
  ) as Schema<T>;
