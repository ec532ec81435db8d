import { describe, expect, test } from 'vitest';
import { explainField, nearestField } from '../../../src/spec/explain.ts';
import { jsonSchema } from '../../../src/spec/json-schema.ts';
import { PATTERN_NAMES } from '../../../src/spec/spec.ts';

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly additionalProperties?: Node | boolean;
  readonly [key: string]: unknown;
}

const schema = async (): Promise<Node> => (await jsonSchema()) as Node;

describe('the JSON schema', () => {
  test('is a self-contained draft-7 of a strict document that may have keys of other tools', async () => {
    const root = await schema();
    expect(root).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      required: ['steps'],
      additionalProperties: false,
    });
    expect(root['patternProperties']).toEqual({ '^x-': true });
    expect(JSON.stringify(root)).not.toMatch(/\$ref|\$defs/);
  });

  test('describes every field, however deep', async () => {
    expect(undescribed(await schema(), '')).toEqual([]);
  });

  test('says what may be written, not what it is read as', async () => {
    const { properties } = await schema();
    expect(properties!['pattern']).toMatchObject({ enum: [...PATTERN_NAMES] });
    expect(properties!['timeout']).toMatchObject({ type: 'string', default: '1h' });
    expect(properties!['identity']!.anyOf).toEqual([expect.objectContaining({ type: 'string' })]);
    expect(properties!['steps']!.items!.anyOf).toHaveLength(2);
  });
});

describe('explain', () => {
  test('says what a field is for, its default and what is inside', () => {
    expect(explainField('timeout')).toBe('timeout\n  Longest time the whole run may take.\n  default: 1h');
    expect(explainField('steps[0].retry')).toContain('max  How many times it may run again.');
    expect(explainField('docker.pull')).toContain('one of: always, missing, never');
    expect(explainField('services.ready')).toContain('- A port that accepts.');
  });

  test.each(['nope', 'steps.nope', 'timeout.x', 'constructor', '', '[0]'])('%j is no field', (field) =>
    expect(explainField(field)).toBeUndefined(),
  );

  test('knows what a misspelt field was meant to be', () => expect(nearestField('tiemout')).toBe('timeout'));
});

function undescribed(node: Node, at: string): readonly string[] {
  const fields = Object.entries(node.properties ?? {});
  const missing = fields.filter(([, field]) => !field.description).map(([name]) => `${at}.${name}`);
  const inner: readonly (readonly [string, Node])[] = [
    ...fields,
    ...(node.anyOf ?? []).map((form, index) => [`anyOf[${index}]`, form] as const),
    ...(node.items ? [['items', node.items] as const] : []),
  ];
  return [...missing, ...inner.flatMap(([name, field]) => undescribed(field, `${at}.${name}`))];
}
