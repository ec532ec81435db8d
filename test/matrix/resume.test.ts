import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { randomOf } from '../../src/matrix/random.ts';
import { readResults } from '../../src/matrix/results/read.ts';
import { type Ended, runCli, startCli, throwaway } from '../support/cli.ts';
import { commandLines } from '../support/machine.ts';

/** `MATRIX_TRIALS=100` for a night. */
const TRIALS = Number(process.env['MATRIX_TRIALS'] ?? 4);
const REPEAT = 4;

function matrixFolder(marker = 'x'): string {
  const cwd = throwaway();
  writeFileSync(
    path.join(cwd, 'w.yaml'),
    `steps: [{ name: work, run: "sleep 0.2; echo ${marker} > out.txt" }]\nartifacts: { paths: [out.txt] }\n`,
  );
  writeFileSync(path.join(cwd, 'm.yaml'), `name: again\nspec: w.yaml\nmatrix: { pattern: [host], env.A: ["1", "2"] }\nrepeat: ${REPEAT}\n`);
  return cwd;
}

const fileIn = (cwd: string): string => {
  const folder = path.join(cwd, '.state/matrix/again');
  return path.join(
    folder,
    readdirSync(folder)
      .toSorted()
      .findLast((name) => name.endsWith('.jsonl')) ?? '',
  );
};

/** How often each trial has a result, as it stands in the file: nobody has put it right. */
function resultsPerTrial(cwd: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of readFileSync(fileIn(cwd), 'utf8').split('\n').filter(Boolean)) {
    const { type, trial } = JSON.parse(line) as { type: string; trial: string };
    if (type === 'trial.ended') counts[trial] = (counts[trial] ?? 0) + 1;
  }
  return counts;
}

const ALL = Object.fromEntries(
  ['1', '2'].flatMap((value) => Array.from({ length: REPEAT }, (_, index) => [`host/env.A=${value}#${index + 1}`, 1])),
);

describe('a matrix that is interrupted', () => {
  test(
    `at any instant, by Ctrl-C or a kill, and resumed, loses no result and has none twice (n = ${TRIALS})`,
    async () => {
      const random = randomOf(`resume ${process.env['MATRIX_SEED'] ?? '1'}`);
      for (let nth = 0; nth < TRIALS; nth += 1) {
        const cwd = matrixFolder();
        const signal = nth % 2 === 0 ? 'SIGKILL' : 'SIGINT';
        const { child, ended } = startCli(['matrix', 'm.yaml'], { cwd });
        await delay(random() * 9_000);
        child.kill(signal);
        await ended;
        const resumed = await finished(cwd);
        expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
        expect(resultsPerTrial(cwd), `trial ${nth} after ${signal}`).toEqual(ALL);
      }
    },
    TRIALS * 60_000,
  );

  test('by Ctrl-C keeps what is finished, says how to go on, and leaves no run behind', async () => {
    const cwd = matrixFolder('marker-of-this-test');
    const { child, ended, shown } = startCli(['matrix', 'm.yaml'], { cwd });
    await shown('[1/8]');
    child.kill('SIGINT');
    const { code, stderr, stdout } = await ended;
    expect(code, stdout + stderr).toBe(130);
    expect(stderr).toContain('go on with: runner matrix m.yaml --resume');
    expect(stdout).toContain('again: partial');
    expect(commandLines().filter((line) => line.includes('marker-of-this-test'))).toEqual([]);
    expect(readResults('f', readFileSync(fileIn(cwd), 'utf8')).ended.size).toBeGreaterThan(0);
  }, 60_000);

  test('is not resumed once its spec has changed, nor by two at the same time', async () => {
    const cwd = matrixFolder();
    const first = startCli(['matrix', 'm.yaml'], { cwd });
    await first.shown('[1/8]');
    const beside = await runCli(['matrix', 'm.yaml', '--resume'], { cwd });
    expect(beside).toMatchObject({ code: 2, stderr: expect.stringContaining('is being written by process') });
    first.child.kill('SIGINT');
    await first.ended;
    writeFileSync(path.join(cwd, 'w.yaml'), 'steps: [{ name: work, run: "true" }]\n');
    const changed = await runCli(['matrix', 'm.yaml', '--resume'], { cwd });
    expect(changed).toMatchObject({ code: 2, stderr: expect.stringContaining('the matrix or its spec has changed since') });
  }, 60_000);
});

/** Nothing is there to go on with where it was killed before its first line, or after its last. */
async function finished(cwd: string): Promise<Ended> {
  const resumed = await runCli(['matrix', 'm.yaml', '--resume'], { cwd });
  if (!resumed.stderr.includes('no matrix again was interrupted')) return resumed;
  const report = await runCli(['report'], { cwd });
  return report.code === 0 ? report : runCli(['matrix', 'm.yaml'], { cwd });
}
