import { documentSchema } from './schema.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The JSON Schema (draft-7) of a spec, for editors: what may be written, with the descriptions and defaults that
 * `runner explain` shows. The converter is loaded only here.
 */
export async function jsonSchema(): Promise<Json> {
  const { toJsonSchema } = await import('@valibot/to-json-schema');
  const converted = toJsonSchema(documentSchema, {
    target: 'draft-07',
    typeMode: 'input',
    ignoreActions: ['check', 'raw_check'],
  });
  const { $schema, $defs, ...root } = converted as { readonly [key: string]: Json };
  return { $schema: $schema!, title: 'Build spec', ...inlined(root, ($defs ?? {}) as Definitions), patternProperties: { '^x-': true } };
}

type Definitions = { readonly [name: string]: Json };
type Mapping = { readonly [key: string]: Json };

/** Draft-7 ignores what stands beside a `$ref`, and that is where the descriptions of alternatives are. */
function inlined(node: Mapping, definitions: Definitions): Mapping {
  const { $ref, ...own } = node;
  const target = typeof $ref === 'string' ? (definitions[$ref.replace('#/$defs/', '')] as Mapping) : {};
  return Object.fromEntries(Object.entries({ ...target, ...own }).map(([key, value]) => [key, deep(value, definitions)]));
}

function deep(value: Json, definitions: Definitions): Json {
  if (Array.isArray(value)) return value.map((item) => deep(item, definitions));
  return typeof value === 'object' && value !== null ? inlined(value as Mapping, definitions) : value;
}
