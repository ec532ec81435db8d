// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts that are interpolated
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { loadSpec } from '../../src/spec/load.ts';
import { ROOT, throwaway } from '../support/cli.ts';
import { scriptedDaemon } from '../support/scripted-daemon.ts';

const VALID = readFileSync(path.join(ROOT, 'fixtures/serial/web-app/spec.yaml'), 'utf8');
const COUNT = 300;
const NOISE = [
  '',
  ' ',
  '\n',
  '\t',
  ':',
  '- ',
  '[',
  '{',
  '}',
  '"',
  "'",
  '*a',
  '<<',
  '!x ',
  '|',
  '%',
  '\0',
  'null',
  '1',
  'true',
  '${X}',
  'X: ',
];

const edit = fc.record({ at: fc.nat({ max: VALID.length }), remove: fc.nat({ max: 30 }), insert: fc.constantFrom(...NOISE) });
const edits = fc.array(edit, { minLength: 1, maxLength: 3 });

const isMalformed = (text: string): Promise<boolean> =>
  loadSpec({ file: 'spec.yaml', text }, { folder: '/', environment: {}, readFile: async () => undefined }).then(
    () => false,
    () => true,
  );

/** The same each time: the seeds are the numbers from 1. */
async function malformed(): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let seed = 1; texts.length < COUNT; seed += 1) {
    const [changes] = fc.sample(edits, { numRuns: 1, seed }) as [{ at: number; remove: number; insert: string }[]];
    const text = changes.reduce((before, { at, remove, insert }) => before.slice(0, at) + insert + before.slice(at + remove), VALID);
    if (await isMalformed(text)) texts.push(text);
  }
  return texts;
}

test(`each of ${COUNT} malformed specs ends with 2, in less than a second of work, and asks the daemon for nothing`, async () => {
  const cwd = throwaway();
  const daemon = await scriptedDaemon();
  onTestFinished(() => daemon.close());
  mkdirSync(path.join(cwd, 'specs'));
  for (const [index, text] of (await malformed()).entries()) writeFileSync(path.join(cwd, 'specs', `${index}.yaml`), text);
  const program = path.join(ROOT, 'test/support/exec-many.cjs');
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [program, path.join(cwd, 'specs'), path.join(cwd, 'results.json')], {
    cwd,
    env: { PATH, HOME, DOCKER_HOST: daemon.url, RUNNER_STATE_DIR: path.join(cwd, '.state') },
    stdio: 'ignore',
  });
  await new Promise((resolve) => child.on('close', resolve));
  const ends = JSON.parse(readFileSync(path.join(cwd, 'results.json'), 'utf8')) as { name: string; code: number; cpuMs: number }[];
  expect(ends).toHaveLength(COUNT);
  expect(ends.filter(({ code, cpuMs }) => code !== 2 || cpuMs > 1_000)).toEqual([]);
  expect(daemon.seen).toEqual([]);
});
