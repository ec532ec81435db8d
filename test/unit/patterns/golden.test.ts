import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PATTERNS, patternOf } from '../../../patterns/index.ts';
import { compile } from '../../../src/plan/compile.ts';
import type { RunId } from '../../../src/plan/names.ts';
import { resourcesOf } from '../../../src/plan/resources-of.ts';
import { scriptOf } from '../../../src/plan/script.ts';
import { loadSpec } from '../../../src/spec/load.ts';
import { CASES } from '../../support/cases.ts';
import { ROOT } from '../../support/cli.ts';

const run = '01930000-0000-7000-8000-000000000000' as RunId;
const caller = { uid: 1000, gid: 1000, groups: [1000, 27], userName: 'ada', home: '/home/ada' };
const facts = {
  environment: { PATH: '/usr/bin:/bin', HOME: '/home/ada' },
  caller,
  owner: 'boot/1/2/3',
  now: 0,
  paths: { seen: 'same' } as const,
  tempFolder: '/tmp',
  knownHosts: undefined,
};
async function planOf(folder: string) {
  const file = path.join(folder, 'spec.yaml');
  const around = { folder, environment: {}, readFile: (wanted: string) => readFile(wanted).catch(() => undefined) };
  const { spec } = await loadSpec({ file, text: readFileSync(file) }, around);
  return compile(spec, patternOf(spec), PATTERNS, { run, facts, artifactsDir: undefined, allowed: new Set() });
}

/** `UPDATE_PLANS=1` writes them anew; the diff is then for reading. */
describe.each(CASES)('the plan of fixtures/%s', (name) => {
  const folder = path.join(ROOT, 'fixtures', name);
  const golden = path.join(folder, 'plan.json');

  test('is the one that is stored beside it', async () => {
    const text = `${JSON.stringify(await planOf(folder), null, 2)}\n`
      .replaceAll(folder, '<folder>')
      .replaceAll(path.dirname(folder), '<beside>');
    if (process.env['UPDATE_PLANS'] || !existsSync(golden)) writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  test('names every object it makes for its run alone, and within what engines accept', async () => {
    for (const { kind, name: object } of resourcesOf(await planOf(folder))) {
      expect(object).toContain(kind === 'folder' || kind === 'processes' ? run : run.replaceAll('-', ''));
      if (kind !== 'folder' && kind !== 'processes') expect(object).toMatch(/^[a-z0-9][a-z0-9/:.-]{0,62}/);
    }
  });

  test('can be written as a script that removes all it creates', async () => {
    const plan = await planOf(folder);
    const script = scriptOf(plan);
    for (const { kind, name: object } of resourcesOf(plan)) {
      if (kind !== 'processes') expect(script.split('\n').find((line) => line.startsWith('trap'))).toContain(object);
    }
  });
});
