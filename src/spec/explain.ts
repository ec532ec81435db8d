import * as v from 'valibot';
import { descriptionOf, type Fields, fieldsOf, schemasAt } from './fields.ts';
import type { Schema } from './kinds.ts';
import { parsePath } from './path.ts';
import { documentSchema } from './schema.ts';
import { nearest } from './suggest.ts';

/**
 * What `runner explain steps.retry` says about a field: what it is for, what may stand there, its default, and the fields
 * inside it. Places in lists may be left out. Undefined: there is no such field.
 */
export function explainField(written: string): string | undefined {
  const names = parsePath(written.trim())?.filter((segment) => typeof segment === 'string');
  const field = names && names.length > 0 ? names.reduce(inner, documentSchema as Schema<unknown> | undefined) : undefined;
  if (names === undefined || field === undefined) return undefined;
  const parts = [descriptionOf(field), ...alternativesOf(field), defaultText(field), ...innerTexts(insideOf(field))];
  return [names.join('.'), ...parts.filter((part) => part !== undefined).map((part) => `  ${part}`)].join('\n');
}

/** The name of a field that a person may have meant. */
export function nearestField(written: string): string | undefined {
  return nearest(written, Object.keys(insideOf(documentSchema)));
}

const inner = (field: Schema<unknown> | undefined, name: string): Schema<unknown> | undefined => {
  const fields = field ? insideOf(field) : {};
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
};

/** The fields of a mapping, or of the mappings in a list. */
function insideOf(field: Schema<unknown>): Fields {
  return fieldsOf([...schemasAt(field, []), ...itemsOf(field)]);
}

const itemsOf = (field: Schema<unknown>): readonly Schema<unknown>[] =>
  schemasAt(field, []).flatMap((form) => ('item' in form ? schemasAt(form, [0]) : []));

/** The forms that a field may have where there is more than one, or the words that it may be. */
function alternativesOf(field: Schema<unknown>): readonly string[] {
  const forms = schemasAt(field, []);
  if (forms.length > 1) return forms.map((form) => `- ${descriptionOf(form) ?? form.expects}`);
  const words = [...forms, ...itemsOf(field)].flatMap((form) => ('options' in form ? (form.options as readonly string[]) : []));
  return words.length > 0 ? [`one of: ${words.join(', ')}`] : [];
}

function defaultText(field: Schema<unknown>): string | undefined {
  const value: unknown = v.getDefault(field as Parameters<typeof v.getDefault>[0]);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return value === undefined || text === '{}' || text === '[]' ? undefined : `default: ${text}`;
}

function innerTexts(fields: Fields): readonly string[] {
  const width = Math.max(0, ...Object.keys(fields).map((name) => name.length));
  return Object.entries(fields).map(([name, field]) => `${name.padEnd(width)}  ${descriptionOf(field) ?? ''}`);
}
