import type { PolicyKey } from '../../../spec/policy.ts';
import { forbidden, malformed } from '../refusal.ts';
import { isEmpty, type Json, type JsonObject } from '../strict-json.ts';

/** What becomes of one field's value; undefined leaves the field out. */
export type Field = (value: Json, name: string, allowed: ReadonlySet<PolicyKey>) => Json | undefined;

export const keep: Field = (value) => value;

/** Only with this policy key. */
export const needs =
  (key: PolicyKey): Field =>
  (value, name, allowed) => {
    if (isEmpty(value)) return undefined;
    if (!allowed.has(key)) throw forbidden(name, key);
    return value;
  };

/** One of these texts, or nothing; anything else with the key, if there is one. */
export const oneOf =
  (texts: readonly string[], key?: PolicyKey): Field =>
  (value, name, allowed) => {
    if (isEmpty(value)) return undefined;
    if (typeof value !== 'string') throw malformed(`${name} is not a text`);
    if (!texts.includes(value) && !(key && allowed.has(key))) throw forbidden(`${name} ${value}`, key);
    return value;
  };

/** Nobody may. */
export const never: Field = (value, name) => {
  if (isEmpty(value)) return undefined;
  throw forbidden(name);
};

/** Worked out elsewhere. */
export const elsewhere: Field = () => undefined;

export type Fields = Readonly<Record<string, Field>>;

/**
 * An object with only the fields of a table, each as the table says. The daemon does not mind the case of a key, so one that
 * is not in the table letter by letter is not let through, unless it says nothing.
 */
export function checked(
  object: JsonObject,
  fields: Fields,
  { within, allowed }: { readonly within: string; readonly allowed: ReadonlySet<PolicyKey> },
): JsonObject {
  const entries = Object.entries(object).map(([key, value]): [string, Json | undefined] => {
    const field = Object.hasOwn(fields, key) ? fields[key] : never;
    return [key, field?.(value, `${within}${key}`, allowed)];
  });
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

export function objectOf(value: Json | undefined, name: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed(`${name} is not an object`);
  return value as JsonObject;
}

export function listOf(value: Json | undefined, name: string): readonly Json[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed(`${name} is not a list`);
  return value;
}

export function textOf(value: Json | undefined, name: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw malformed(`${name} is not a text`);
  return value;
}

/** Labels and options: texts by name. */
export function textsOf(value: Json | undefined, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(objectOf(value, name)).map(([key, text]) => [key, textOf(text, `${name}.${key}`)]));
}
