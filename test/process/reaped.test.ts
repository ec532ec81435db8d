import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runCli, startCli, throwaway } from '../support/cli.ts';
import { writeSpec } from '../support/spec-file.ts';

test('what the reaper did for a killed run is shown with the run', async () => {
  const cwd = throwaway();
  writeSpec(
    cwd,
    'pattern: single\nimage: busybox:1\nmounts: [{ volume: v, target: /v }]\nsteps: [{ name: long, run: "echo begun; sleep 60" }]\n',
  );
  const { child, shown, ended } = startCli(['exec', 'spec.yaml'], { cwd });
  await shown('begun');
  child.kill('SIGKILL');
  await ended;
  const [run = ''] = readdirSync(path.join(cwd, '.state/runs'));
  while (!existsSync(path.join(cwd, '.state/runs', run, 'reaped.json'))) await delay(100);
  expect((await runCli(['history'], { cwd })).stdout).toMatch(/lost +- +- +2 removed by reaper\n/);
  const { stdout } = await runCli(['inspect', run], { cwd });
  expect(stdout).toMatch(/^removed by reaper at .*: container runner-/m);
  expect(stdout).toMatch(/^removed by reaper at .*: volume runner-/m);
  expect(JSON.parse((await runCli(['history', '--json'], { cwd })).stdout)).toMatchObject([
    { reclaimed: { by: 'reaper', isDone: true, left: [] } },
  ]);
});
