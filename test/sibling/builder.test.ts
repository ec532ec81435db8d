import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, runCli, throwaway } from '../support/cli.ts';
import { leftOnDaemon } from '../support/daemon.ts';
import { agentImage, docker, makeImages } from './support/agent.ts';

const FIXTURE = path.join(ROOT, 'fixtures/bootstrap');
/** Instead of `builder`: another suite may use the same daemon. */
const builder = `builder-${process.pid}`;
const TOOLS = ['/usr/local/bin/kubectl', '/usr/bin/kind', '/usr/local/bin/helm'];
let agent = '';

beforeAll(() => {
  makeImages('kube-tools');
  agent = agentImage();
  docker('build', '--quiet', '--tag', `${builder}:0.0.0`, '--build-arg', `AGENT=${agent}`, path.join(FIXTURE, 'first'));
}, 300_000);
afterAll(() => docker('rmi', '--force', `${builder}:0.0.0`, agent));

/** The checksums come from where the tools do, not from the builder that is to be held to them. */
function checkedOut(): string {
  const cwd = throwaway(FIXTURE);
  cpSync(path.join(ROOT, 'fixtures/single/c-project'), path.join(cwd, 'c-project'), { recursive: true });
  const spec = path.join(cwd, 'spec.yaml');
  writeFileSync(spec, readFileSync(spec, 'utf8').replaceAll('builder:', `${builder}:`));
  const sums = docker('run', '--rm', '--entrypoint', 'sha256sum', 'kube-tools:local', ...TOOLS);
  writeFileSync(path.join(cwd, 'tools.sha256'), `${sums.replace(/\/\S*\//g, '')}\n`);
  return cwd;
}

test('a builder makes its successor of tools with known checksums, and that one runs the project’s own job', async () => {
  const cwd = checkedOut();
  const { code, stdout, stderr } = await runCli(['exec', 'spec.yaml', '--progress', 'plain'], { cwd });
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('kubectl: FAILED');
  for (const tool of [/Client Version: v\d/, /kind v\d/, /\| v3\.\d/]) expect(stdout).toMatch(tool);
  expect(stdout).toContain('5 of 5 cases hold');
  expect(existsSync(path.join(cwd, 'c-project/dist/count'))).toBe(true);
  const [, run] = /, run (\S+)/.exec(stderr) ?? [];
  expect(await leftOnDaemon(run as string)).toEqual([]);
  expect(docker('images', '--quiet', `${builder}:0.0.1`)).toBe('');
}, 300_000);
