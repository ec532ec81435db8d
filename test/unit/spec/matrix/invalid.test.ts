import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { errorLines } from '../../../../src/error-text.ts';
import { loadMatrix } from '../../../../src/spec/matrix/load.ts';
import { SpecProblems } from '../../../../src/spec/problem.ts';
import { ROOT } from '../../../support/cli.ts';

const folder = path.join(ROOT, 'fixtures/invalid-matrix');
const documents = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

function messageOf(name: string): string {
  try {
    loadMatrix({ file: name, path: `/w/${name}`, text: readFileSync(path.join(folder, name)), environment: {}, set: [] });
  } catch (error) {
    if (error instanceof SpecProblems) return `${errorLines(error, { colour: false }).join('\n')}\n`;
    throw error;
  }
  throw new Error(`${name} is taken for a good matrix`);
}

test.each(documents)('fixtures/invalid-matrix/%s is refused with the message beside it', (name) => {
  const file = path.join(folder, name.replace(/yaml$/, 'txt'));
  if (process.env['UPDATE_MESSAGES']) writeFileSync(file, messageOf(name));
  expect(messageOf(name)).toBe(readFileSync(file, 'utf8'));
});
