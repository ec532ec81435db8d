import type * as v from 'valibot';
import { type Fields, fieldsOf, schemasAt } from './fields.ts';
import { type Schema, type Shape, shapeOf } from './kinds.ts';
import { type Path, pathText } from './path.ts';
import type { Problem } from './problem.ts';
import { nearest } from './suggest.ts';
import { meantBy } from './unknown-keys.ts';
import type { Where } from './where.ts';

export interface Reading {
  readonly schema: Schema<unknown>;
  readonly tree: unknown;
  readonly where: Where;
  /** What to say about a key that is not among the known fields. */
  readonly unknown: (key: string, known: Fields) => { readonly message: string; readonly hint: string | undefined };
}

type Issue = v.BaseIssue<unknown>;

/** What the schema found, in words. The noun of a schema and the complaint of a check are told apart by the issue's kind. */
export function problemsOf(issues: readonly Issue[], reading: Reading): readonly Problem[] {
  return issues.flatMap((issue) => {
    const path = pathOf(issue);
    if (issue.type === 'strict_object' && issue.expected === 'never') return unknownKeys(path.slice(0, -1), reading);
    if (issue.type === 'strict_object' && issue.path?.at(-1)?.origin === 'key') return missingKey(path, reading);
    return [issue.kind === 'schema' ? wrongValue(issue, path, reading) : complaint(issue, path, reading)];
  });
}

const pathOf = ({ path }: Issue): Path => path?.map(({ key }) => key as string | number) ?? [];

function complaint(issue: Issue, path: Path, { where }: Reading): Problem {
  const ofKey = issue.path?.at(-1)?.origin === 'key';
  return { place: ofKey ? where.key(path) : where.value(path), path: pathText(path), message: issue.message };
}

function unknownKeys(path: Path, { schema, tree, where, unknown }: Reading): readonly Problem[] {
  const { known, written } = keysAt(path, { schema, tree });
  return written
    .filter((key) => !Object.hasOwn(known, key))
    .map((key) => {
      const { message, hint } = unknown(key, known);
      const at = [...path, key];
      return { place: where.key(at), path: pathText(at), message, ...(hint ? { hint } : {}) };
    });
}

/** Not reported where an unknown key was meant to be the missing one: one mistake, one line. */
function missingKey(path: Path, { schema, tree, where }: Reading): readonly Problem[] {
  const around = path.slice(0, -1);
  const name = String(path.at(-1));
  const { known, written } = keysAt(around, { schema, tree });
  if (written.some((key) => !Object.hasOwn(known, key) && meantBy(key, Object.keys(known)) === name)) return [];
  return [{ place: where.value(around), path: pathText(around), message: `${subjectOf(around)}needs \`${name}\`` }];
}

function keysAt(path: Path, { schema, tree }: Pick<Reading, 'schema' | 'tree'>): { known: Fields; written: readonly string[] } {
  return { known: fieldsOf(schemasAt(schema, path, tree)), written: Object.keys(valueAt(tree, path) as object) };
}

function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce((value, key) => (value as Record<string | number, unknown>)[key], tree);
}

function wrongValue(issue: Issue, path: Path, { where }: Reading): Problem {
  const base = { place: where.value(path), path: pathText(path) };
  const { input } = issue;
  if (shapeOf(input) === 'empty' && path.length === 0) return { ...base, message: 'the document is empty; write at least `steps`' };
  if (shapeOf(input) === 'empty')
    return { ...base, message: `is empty where ${issue.message} is needed`, hint: `${howToFill(issue)}, or remove it` };
  if (issue.type === 'picklist' && typeof input === 'string')
    return { ...base, message: `is \`${input}\`, not ${issue.message}`, ...meantOption(issue) };
  const message = `${subjectOf(path)}is ${SHAPE_TEXT[shapeOf(input)]} where ${issue.message} is needed`;
  return { ...base, message, ...howToWrite(issue, where.source(path)) };
}

/** The document as a whole has no path to begin the sentence with. */
const subjectOf = (path: Path): string => (path.length === 0 ? 'the document ' : '');

const howToFill = ({ type, message }: Issue): string =>
  type === 'string' && message === 'a text' ? 'write "" for an empty text' : 'give it a value';

const SHAPE_TEXT: Readonly<Record<Shape, string>> = {
  text: 'a text',
  number: 'a number',
  flag: 'a boolean',
  list: 'a list',
  mapping: 'a mapping',
  date: 'a date',
  empty: 'empty',
};

function meantOption({ input, expected }: Issue): { readonly hint?: string } {
  const options = [...(expected ?? '').matchAll(/"([^"]*)"/g)].map(([, option]) => option!);
  const option = nearest(String(input), options);
  return option === undefined ? {} : { hint: `did you mean \`${option}\`?` };
}

/** The source is quoted as it stands in the document, because `3.10` has long become 3.1. */
function howToWrite({ type, input, message }: Issue, source: string | undefined): { readonly hint?: string } {
  if (type !== 'string') return {};
  const shape = shapeOf(input);
  if (['number', 'flag', 'date'].includes(shape) && source !== undefined && /^a (?:text|command)$/.test(message))
    return { hint: `quote it: "${source}"` };
  if (shape === 'mapping') return { hint: 'quote a text that contains `: `' };
  return {};
}
