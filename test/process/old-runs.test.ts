import { mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { StoredRun } from '../../src/report/stored/stored-run.ts';
import { runCli, startCli, throwaway } from '../support/cli.ts';

const DAY_MS = 86_400_000;

function folderWith(steps: string): string {
  const cwd = throwaway();
  writeFileSync(path.join(cwd, 'spec.yaml'), `pattern: host\nsteps: [${JSON.stringify(steps)}]\n`);
  return cwd;
}

const runsIn = (cwd: string): string => path.join(cwd, '.state/runs');
const storedIn = (cwd: string): readonly string[] => readdirSync(runsIn(cwd));

async function exec(cwd: string, args: readonly string[] = []): Promise<string> {
  await runCli(['exec', 'spec.yaml', '--result', 'result.json', ...args], { cwd });
  return (JSON.parse(readFileSync(path.join(cwd, 'result.json'), 'utf8')) as { run: string }).run;
}

/** A run's age stands in its id. */
function age(cwd: string, run: string, days: number): string {
  const ms = (Date.now() - days * DAY_MS).toString(16).padStart(12, '0');
  const older = `${ms.slice(0, 8)}-${ms.slice(8)}${run.slice(13)}`;
  renameSync(path.join(runsIn(cwd), run), path.join(runsIn(cwd), older));
  const file = path.join(runsIn(cwd), older, 'run.json');
  const stored = JSON.parse(readFileSync(file, 'utf8')) as StoredRun;
  writeFileSync(file, JSON.stringify({ ...stored, run: older }));
  return older;
}

/** As if the last look at the past were of yesterday. */
const lookAgain = (cwd: string): void => utimesSync(path.join(cwd, '.state/runs.looked-at'), 0, 0);

test('gc removes the stored runs that are not kept any longer, and its dry run lists just those', async () => {
  const cwd = folderWith('echo said');
  const [old, middle, young] = [age(cwd, await exec(cwd), 40), age(cwd, await exec(cwd), 20), await exec(cwd)];
  const env = { RUNNER_KEEP_RUNS_FOR: '25d' };
  const dry = await runCli(['gc', '--dry-run', '--json'], { cwd, env });
  expect(JSON.parse(dry.stdout)).toMatchObject([{ run: old, why: 'runs are kept for 25d' }]);
  expect((await runCli(['gc', '--older-than', '90d'], { cwd, env })).stdout).toBe('nothing was left behind\n');
  const deed = await runCli(['gc', '--json'], { cwd, env });
  expect(JSON.parse(deed.stdout)).toMatchObject([{ run: old, removed: [`stored run ${old}`], left: [] }]);
  expect(storedIn(cwd)).toEqual([middle, young]);
  const few = await runCli(['gc'], { cwd, env: { RUNNER_KEEP_RUNS: '1' } });
  expect(few).toMatchObject({ code: 0, stdout: expect.stringMatching(`^${middle}  stored run, .* 1 run is kept\n  removed\n$`) });
  expect((await runCli(['gc', '--dry-run'], { cwd, env: { RUNNER_KEEP_RUNS_SIZE: '1B' } })).stdout).toContain('1 B of runs are kept');
  expect(storedIn(cwd)).toEqual([young]);
});

test('nothing of a run that goes on, or is kept for a look inside, is forgotten', async () => {
  const cwd = folderWith('echo begun; sleep 60');
  const { child, ended, shown } = startCli(['exec', 'spec.yaml', '--progress', 'plain'], { cwd });
  await shown('begun');
  const env = { RUNNER_KEEP_RUNS: '0', RUNNER_KEEP_RUNS_SIZE: '0B', RUNNER_KEEP_RUNS_FOR: '0s' };
  expect((await runCli(['gc'], { cwd, env })).stdout).toBe('nothing was left behind\n');
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  writeFileSync(path.join(cwd, 'spec.yaml'), 'pattern: host\nkeep: on_failure\nsteps: ["exit 3"]\n');
  const kept = await exec(cwd);
  expect((await runCli(['gc'], { cwd, env })).stdout).not.toContain(kept);
  expect(storedIn(cwd)).toEqual([kept]);
  await runCli(['gc', kept], { cwd });
  expect(storedIn(cwd)).toEqual([kept]);
  await runCli(['gc'], { cwd, env });
  expect(storedIn(cwd)).toEqual([]);
});

test('every start forgets what is too old, once an hour, and what a crash began to forget', async () => {
  const cwd = folderWith('true');
  const first = await exec(cwd);
  age(cwd, first, 40);
  mkdirSync(path.join(runsIn(cwd), `${first}.gone`));
  const second = await exec(cwd);
  expect(storedIn(cwd)).toHaveLength(3);
  lookAgain(cwd);
  const third = await exec(cwd);
  expect(storedIn(cwd)).toEqual([second, third]);
});

test('several that forget at the same time do not get in the way of each other', async () => {
  const cwd = folderWith('true');
  for (let nth = 0; nth < 6; nth += 1) age(cwd, await exec(cwd), 40 + nth);
  const all = await Promise.all(['gc', 'gc', 'history', 'gc'].map((command) => runCli([command], { cwd })));
  expect(all.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(['0', '0', '0', '0']);
  expect(storedIn(cwd)).toEqual([]);
});

test('a setting that cannot be read is said before anything runs, and a project has no say in it', async () => {
  const cwd = folderWith('true');
  const bad = await runCli(['exec', 'spec.yaml'], { cwd, env: { RUNNER_KEEP_RUNS: 'many' } });
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining("the setting keep_runs can't be many") });
  const run = await exec(cwd);
  writeFileSync(path.join(cwd, '.runner.yaml'), 'keep_runs: 0\n');
  expect((await runCli(['gc'], { cwd })).stdout).toBe('nothing was left behind\n');
  expect(storedIn(cwd)).toEqual([run]);
});
