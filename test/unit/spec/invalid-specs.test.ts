import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SpecProblems } from '../../../src/spec/problem.ts';
import { processorMs } from '../../support/processor.ts';
import { loadFixture } from './support.ts';

const folder = path.resolve('fixtures/invalid');
const defects = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''));

describe('a bad spec gets every problem with its place and what to write instead', () => {
  test.each(defects)('%s', async (defect) => {
    const bytes = await readFile(path.join(folder, `${defect}.yaml`));
    const startedAt = processorMs();
    const thrown = await loadFixture(folder, `${defect}.yaml`, bytes).catch((problem: unknown) => problem);
    expect(processorMs() - startedAt).toBeLessThan(1_000);
    expect(thrown).toBeInstanceOf(SpecProblems);
    const { code, message, detail } = thrown as SpecProblems;
    expect(code).toBe('spec.invalid');
    await expect(`${[message, ...detail].join('\n')}\n`).toMatchFileSnapshot(path.join(folder, `${defect}.txt`));
  });

  test('there are more than 45 of them, and each message belongs to one', () => {
    const messages = readdirSync(folder).filter((file) => file.endsWith('.txt'));
    expect(messages.map((file) => file.replace(/\.txt$/, ''))).toEqual(defects);
    expect(defects.length).toBeGreaterThan(45);
  });
});
