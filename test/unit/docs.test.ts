import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PATTERNS, patternOf } from '../../patterns/index.ts';
import { compile } from '../../src/plan/compile.ts';
import { newRunId } from '../../src/plan/names.ts';
import { jsonSchema } from '../../src/spec/json-schema.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { ROOT } from '../support/cli.ts';

const caller = { uid: 0, gid: 0, groups: [0], userName: 'root', home: '/root' };
const facts = {
  environment: {},
  caller,
  owner: 'boot/1/2/3',
  now: 0,
  paths: { seen: 'same' } as const,
  tempFolder: '/tmp',
  knownHosts: undefined,
};
const pages = ['README.md', ...readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((name) => name.endsWith('.md'));

/** Blocks of YAML that hold steps are specs. */
const blocks = pages.flatMap((page) =>
  [...readFileSync(path.join(ROOT, page), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map((match, index) => ({
    page,
    index,
    text: match[1] as string,
  })),
);

describe('every spec in the documents', () => {
  test.each(blocks.filter(({ text }) => /^steps:/m.test(text)))('$page, block $index, loads and plans', async ({ page, text }) => {
    const around = { folder: ROOT, environment: {}, readFile: async () => undefined };
    const { spec } = await loadSpec({ file: page, text }, around);
    const plan = compile(spec, patternOf(spec), PATTERNS, { run: newRunId(), facts, artifactsDir: undefined, allowed: new Set() });
    expect(plan.steps.length).toBeGreaterThanOrEqual(spec.steps.length);
  });

  test('there are some', () => expect(blocks.length).toBeGreaterThan(0));
});

test('docs/spec.schema.json is what `runner schema` prints', async () => {
  expect(JSON.parse(readFileSync(path.join(ROOT, 'docs/spec.schema.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(await jsonSchema())),
  );
});
