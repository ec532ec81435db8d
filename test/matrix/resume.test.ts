import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { randomOf } from '../../src/matrix/random.ts';
import { readResults } from '../../src/matrix/results/read.ts';
import { type Ended, runCli, startCli, throwaway } from '../support/cli.ts';
import { commandLines } from '../support/machine.ts';

/** `MATRIX_TRIALS=100` for a night. */
const TRIALS = Number(process.env['MATRIX_TRIALS'] ?? 3);
const REPEAT = 4;
const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGTERM'] as const;
/** About what a run takes, so that an instant within it is any instant. */
const RUN_MS = 800;

function matrixFolder(marker = 'x', parallel = 1): string {
  const cwd = throwaway();
  writeFileSync(
    path.join(cwd, 'w.yaml'),
    `steps: [{ name: work, run: "sleep 0.2; echo ${marker} > out.txt" }]\nartifacts: { paths: [out.txt] }\n`,
  );
  writeFileSync(
    path.join(cwd, 'm.yaml'),
    `name: again\nspec: w.yaml\nmatrix: { pattern: [host], env.A: ["1", "2"] }\nrepeat: ${REPEAT}\nmax_parallel: ${parallel}\n`,
  );
  return cwd;
}

/** Undefined: it was killed before its first line. */
function fileIn(cwd: string): string | undefined {
  const folder = path.join(cwd, '.state/matrix/again');
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  const last = names.findLast((name) => name.endsWith('.jsonl'));
  return last === undefined ? undefined : path.join(folder, last);
}

const textIn = (cwd: string): string => {
  const file = fileIn(cwd);
  return file === undefined ? '' : readFileSync(file, 'utf8');
};

/** The results as they stand in the file: nobody has put them right. */
const resultLines = (cwd: string): readonly string[] =>
  textIn(cwd)
    .split('\n')
    .filter((line) => line.includes('"trial.ended"'));

const trialsIn = (cwd: string): readonly string[] => resultLines(cwd).map((line) => (JSON.parse(line) as { trial: string }).trial);

const ALL = ['1', '2'].flatMap((value) => Array.from({ length: REPEAT }, (_, index) => `host/env.A=${value}#${index + 1}`));

describe('a matrix that is interrupted', () => {
  test(
    `at any instant, by INT, TERM or KILL, and resumed, loses no result and has none twice (n = ${TRIALS})`,
    async () => {
      const random = randomOf(`resume ${process.env['MATRIX_SEED'] ?? '1'}`);
      for (let nth = 0; nth < TRIALS; nth += 1) {
        const marker = `marker-${nth}-of-this-test`;
        const cwd = matrixFolder(marker, 1 + (nth % 2));
        const signal = SIGNALS[nth % SIGNALS.length] as NodeJS.Signals;
        await interrupted(cwd, ['matrix', 'm.yaml'], { signal, afterRuns: Math.floor(random() * ALL.length), within: random() * RUN_MS });
        const before = resultLines(cwd);
        const resumed = await finished(cwd, nth % 3 === 2 ? { signal, afterRuns: 0, within: random() * 3 * RUN_MS } : undefined);
        expect(resumed.code, `trial ${nth}: ${resumed.stdout}${resumed.stderr}`).toBe(0);
        expect(trialsIn(cwd).toSorted(), `trial ${nth} after ${signal}`).toEqual(ALL);
        expect(resultLines(cwd).slice(0, before.length)).toEqual(before);
        expect(commandLines().filter((line) => line.includes(marker))).toEqual([]);
      }
    },
    TRIALS * 90_000,
  );

  test('by Ctrl-C keeps what is finished, says how to go on, and leaves no run behind', async () => {
    const cwd = matrixFolder('marker-of-this-test');
    const { child, ended, shown } = startCli(['matrix', 'm.yaml', '--select', 'env.A=1'], { cwd });
    await shown('[1/4]');
    child.kill('SIGINT');
    const { code, stderr, stdout } = await ended;
    expect(code, stdout + stderr).toBe(130);
    expect(stderr).toContain('go on with: runner matrix m.yaml --select env.A=1 --resume');
    expect(stdout).toContain('again: partial');
    expect(commandLines().filter((line) => line.includes('marker-of-this-test'))).toEqual([]);
    expect(readResults('f', textIn(cwd)).ended.size).toBeGreaterThan(0);
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

/** After some of the runs, and anywhere within the next: so it meets a fast machine as often as a slow one. */
interface Instant {
  readonly signal: NodeJS.Signals;
  readonly afterRuns: number;
  readonly within: number;
}

async function interrupted(cwd: string, args: readonly string[], { signal, afterRuns, within }: Instant): Promise<void> {
  const { child, ended } = startCli(args, { cwd });
  while (child.exitCode === null && resultLines(cwd).length < afterRuns) await delay(20);
  await delay(within);
  child.kill(signal);
  await ended;
}

/** Goes on until the end, interrupted once more where an instant is given. */
async function finished(cwd: string, again: Instant | undefined): Promise<Ended> {
  if (again) await interrupted(cwd, ['matrix', 'm.yaml', '--resume'], again);
  const resumed = await runCli(['matrix', 'm.yaml', '--resume'], { cwd });
  if (!resumed.stderr.includes('no matrix again was interrupted')) return resumed;
  // it was killed before its first line, or after its last
  const report = await runCli(['report'], { cwd });
  return report.code === 0 ? report : runCli(['matrix', 'm.yaml'], { cwd });
}
