// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts that are interpolated
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpecProblems } from '../../../src/spec/problem.ts';
import { processorMs } from '../../support/processor.ts';
import { load } from './support.ts';

const VALID = `
name: everything
timeout: 30m
image: debian:bookworm
env: { CI: "true", NAME: "\${NAME:-x}" }
secrets: [TOKEN, { name: key, file: ./key.pem }]
identity: "1000:1000"
workspace: { path: ., mode: copy, exclude: [node_modules] }
resources: { cpus: 2, memory: 2GiB, gpus: none }
x-common: &common { timeout: 5m, retry: { max: 1 } }
mounts:
  - { source: ./cache, target: /cache, read_only: true }
  - { tmpfs: /tmp, size: 64MiB }
network: { steps: isolated }
services:
  - { name: db, image: "postgres:17", ready: { tcp: 5432 } }
  - { name: app, image: { build: app }, depends_on: { db: healthy } }
build: [{ tag: app, secrets: [TOKEN] }]
steps:
  - <<: *common
    name: build
    run: |
      make -j2
      make test
  - { run: [a, b], allow_failure: { exit_codes: [3] } }
artifacts: { paths: ["dist/**"], reports: { junit: "reports/*.xml" } }
`;

const RUNS = 1_000;
const noise = fc.constantFrom(
  ...[
    '',
    ' ',
    '\n',
    '\t',
    ':',
    '- ',
    '[',
    '{',
    '}',
    ']',
    '"',
    "'",
    '&a ',
    '*a',
    '*common',
    '<<',
    '!x ',
    '|',
    '>',
    '#',
    '%',
    '---\n',
    '\0',
    '\r',
  ],
  ...[
    'null',
    '~',
    '1',
    '-1',
    '3.10',
    '.nan',
    '.inf',
    'true',
    '2024-01-01',
    '$' + '{',
    '${X}',
    '__proto__',
    'toString',
    '\u2028',
    '\ud800',
    '😀',
  ],
);
const place = fc.nat({ max: VALID.length });
const edit = fc.record({
  at: place,
  remove: fc.nat({ max: 30 }),
  insert: fc.oneof(
    noise,
    place.map((from) => VALID.slice(from, from + 40)),
  ),
});

test('the document that is mutated is a good one', async () => {
  await expect(load(VALID)).resolves.toHaveProperty('spec.name', 'everything');
});

test(`${RUNS} mutations of a document are read or refused with their places, each within a second`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
      const text = edits.reduce((before, { at, remove, insert }) => before.slice(0, at) + insert + before.slice(at + remove), VALID);
      const startedAt = processorMs();
      const thrown: unknown = await load(text).then(
        () => undefined,
        (problem: unknown) => problem,
      );
      expect(processorMs() - startedAt).toBeLessThan(1_000);
      if (thrown !== undefined) expectProblems(thrown);
    }),
    { numRuns: RUNS, seed: 20_260_101 },
  );
}, 60_000);

test('a document in which any one value was exchanged for another kind of value is read or refused', async () => {
  const strange = fc.constantFrom(
    null,
    0,
    -1,
    1e300,
    true,
    '',
    'x',
    '\n',
    [],
    [null],
    {},
    { '': '' },
    { run: 1 },
    [[]],
    'a'.repeat(10_000),
  );
  const values = fc.record({
    field: fc.constantFrom(...FIELDS),
    key: fc.constantFrom('', 'run', 'name', 'image', 'source', 'tcp', 'steps'),
    value: strange,
  });
  await fc.assert(
    fc.asyncProperty(values, async ({ field, key, value }) => {
      const document = { image: 'a', steps: ['x'], [field]: key === '' ? value : [{ [key]: value }] };
      const thrown: unknown = await load(JSON.stringify(document)).then(
        () => undefined,
        (problem: unknown) => problem,
      );
      if (thrown !== undefined) expectProblems(thrown);
    }),
    { numRuns: RUNS, seed: 20_260_102 },
  );
}, 60_000);

const FIELDS = [
  'steps',
  'services',
  'mounts',
  'env',
  'secrets',
  'network',
  'docker',
  'build',
  'workspace',
  'artifacts',
  'identity',
  'env_file',
  'retry',
];

function expectProblems(thrown: unknown): void {
  expect(thrown).toBeInstanceOf(SpecProblems);
  const { code, detail, problems } = thrown as SpecProblems;
  expect(code).toBe('spec.invalid');
  expect(detail.length).toBeLessThanOrEqual(23);
  for (const { place: at, message } of problems) {
    expect(at.line).toBeGreaterThanOrEqual(message === 'is not UTF-8 text' ? 0 : 1);
    expect(message).not.toBe('');
  }
}
