import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { baselineFrom, summarize } from '../../../src/matrix/summarize.ts';
import { loadMatrix } from '../../../src/spec/matrix/load.ts';
import { ROOT } from '../../support/cli.ts';
import { wholeNight } from '../../support/matrix-samples.ts';
import { definitionsMarkdown } from '../../support/viability-page.ts';

const page = readFileSync(path.join(ROOT, 'docs/viability.md'), 'utf8');

test('docs/viability.md defines every figure, in the words of the reports', () => {
  expect(page.endsWith(definitionsMarkdown())).toBe(true);
});

test('the matrix in docs/viability.md loads', () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  expect(
    loadMatrix({ file: 'viability.md', path: '/w/viability.yaml', text: Buffer.from(text), environment: {}, set: [] }).gates,
  ).toHaveLength(3);
});

test('the JSON report is what docs/matrix-report.schema.json says, with and without a comparison and earlier nights', () => {
  const check = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
    JSON.parse(readFileSync(path.join(ROOT, 'docs/matrix-report.schema.json'), 'utf8')),
  );
  const alone = { earlier: [], baselineOf: () => undefined };
  const first = summarize(wholeNight(3), alone);
  const second = summarize(wholeNight(8), { ...alone, earlier: [wholeNight(3)], compare: baselineFrom('b', first) });
  for (const report of [first, second]) {
    check(JSON.parse(JSON.stringify(report)));
    expect(check.errors).toBeNull();
  }
  check({ ...first, verdict: 'blue' });
  expect(check.errors).not.toBeNull();
});
