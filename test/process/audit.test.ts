import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ReportJson } from '../../src/report/report-json.ts';
import { runCli, throwaway } from '../support/cli.ts';
import { writeSpec } from '../support/spec-file.ts';

/** Temporary files and the user's files are the test's own; what others do to the daemon and to the machine meanwhile is not looked at. */
function place(run: (cwd: string) => string) {
  const cwd = throwaway();
  for (const name of ['tmp', 'home', 'home/.kube']) mkdirSync(path.join(cwd, name));
  writeFileSync(path.join(cwd, 'home/.kube/config'), 'before');
  writeSpec(cwd, `pattern: host\nsteps: [{ name: a, run: '${run(cwd)}' }]\n`);
  return { cwd, env: { TMPDIR: path.join(cwd, 'tmp'), HOME: path.join(cwd, 'home') } };
}

test('--audit names what a job has changed that no cleanup can know of, and a passed run then says 120', async () => {
  const around = place((cwd) => `touch ${cwd}/tmp/left; echo changed >${cwd}/home/.kube/config`);
  const { code, stderr } = await runCli(['exec', 'spec.yaml', '--audit', '--result', 'result.json'], around);
  expect(code, stderr).toBe(120);
  expect(stderr).toContain(`audit: entry ${around.cwd}/tmp/left appeared`);
  expect(stderr).toContain(`audit: file ${around.cwd}/home/.kube/config sha256:`);
  const { status, audit } = JSON.parse(readFileSync(path.join(around.cwd, 'result.json'), 'utf8')) as ReportJson;
  expect(status).toBe('passed');
  expect(audit).toContainEqual({ change: 'appeared', what: `entry ${around.cwd}/tmp/left` });
});

test('without --audit nothing is looked at', async () => {
  const around = place((cwd) => `touch ${cwd}/tmp/left`);
  const { code } = await runCli(['exec', 'spec.yaml', '--result', 'result.json'], around);
  expect(code).toBe(0);
  expect(readFileSync(path.join(around.cwd, 'result.json'), 'utf8')).not.toContain('"audit"');
});
