import * as v from 'valibot';
import { crossProblems } from './checks.ts';
import type { Document } from './document.ts';
import { problemsOf, type Reading } from './issues.ts';
import type { Schema } from './kinds.ts';
import { type Path, pathText } from './path.ts';
import type { Problem } from './problem.ts';
import { documentSchema } from './schema.ts';
import { hintFor } from './unknown-keys.ts';
import type { Where } from './where.ts';

export interface Draft {
  readonly tree: unknown;
  readonly where: Where;
  /** See `Unfolded`. */
  readonly readings: ReadonlyMap<string, unknown>;
}

/** Reads the tree as a document; undefined where it is none. Problems across fields are found either way. */
export function validate({ tree, where, readings }: Draft): {
  readonly document: Document | undefined;
  readonly problems: readonly Problem[];
} {
  const [result, read] = readAs(documentSchema, tree, readings);
  const ofFields = result.success ? [] : problemsOf(result.issues, { schema: documentSchema, tree: read, where, unknown });
  const problems = onePerPath([...ofFields, ...crossProblems(read, where)]);
  return { document: result.success ? result.output : undefined, problems };
}

/** Later problems of the same path are mostly consequences, and a part that is used twice is wrong once. */
export function onePerPath(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ place, path, message }) => {
    const keys = [JSON.stringify([place, message]), ...(path === '' ? [] : [path])];
    const isNew = !keys.some((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return isNew;
  });
}

const unknown: Reading['unknown'] = (key, known) => ({ message: 'is not a field', hint: hintFor(key, known, documentSchema) });

/** `max: ${N}` is a text until the schema wants a number there: then it is read as YAML would have read the value. */
export function readAs<T>(schema: Schema<T>, tree: unknown, readings: Draft['readings']): readonly [v.SafeParseResult<Schema<T>>, unknown] {
  const result = v.safeParse(schema, tree);
  if (result.success || readings.size === 0) return [result, tree];
  const refused = new Set(result.issues.map(({ path }) => pathText(path?.map(({ key }) => key as string | number) ?? [])));
  const read = withReadings(tree, [], (at) => (refused.has(at) ? readings.get(at) : undefined));
  return [v.safeParse(schema, read), read];
}

function withReadings(value: unknown, path: Path, readingOf: (at: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => withReadings(item, [...path, index], readingOf));
  if (typeof value !== 'object' || value === null || value instanceof Date) return readingOf(pathText(path)) ?? value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withReadings(item, [...path, key], readingOf)]));
}
