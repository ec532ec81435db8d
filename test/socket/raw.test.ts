import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli, throwaway } from '../support/cli.ts';
import { writeSpec } from '../support/spec-file.ts';

const leak = `raw-leak-${process.pid}`;
const SPEC = `pattern: sibling
image: docker:cli
docker:
  socket: raw
steps: [{ name: leaks, run: "docker run --detach --name ${leak} -v ${leak}:/v busybox:1 sleep 300" }]
`;

/** Temporary files and the user's are the test's own. */
function place() {
  const cwd = throwaway();
  for (const name of ['tmp', 'home']) mkdirSync(path.join(cwd, name));
  writeSpec(cwd, SPEC);
  writeFileSync(path.join(cwd, 'home/.profile'), '');
  return { cwd, env: { TMPDIR: path.join(cwd, 'tmp'), HOME: path.join(cwd, 'home') } };
}

test('the daemon’s own socket is handed out by policy alone; a refusal names the field, its line and the key', async () => {
  const { code, stderr } = await runCli(['exec', 'spec.yaml'], place());
  expect(code).toBe(126);
  expect(stderr).toMatch(/spec\.yaml:4:11\s+docker\.socket .*policy key `socket`/);
  expect(stderr).toContain('--allow socket');
});

test('with the policy a step has the daemon itself, and what it leaves there is found by the audit', async () => {
  onTestFinished(() => {
    execFileSync('docker', ['rm', '--force', leak]);
    execFileSync('docker', ['volume', 'rm', '--force', leak]);
  });
  const { code, stderr } = await runCli(['exec', 'spec.yaml', '--allow', 'socket', '--audit'], place());
  expect(code, stderr).toBe(120);
  for (const kind of ['container', 'volume']) expect(stderr).toContain(`audit: ${kind} ${leak} appeared`);
});
