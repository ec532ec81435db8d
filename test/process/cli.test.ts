import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, runCli, throwaway } from '../support/cli.ts';
import { writeSpec } from '../support/spec-file.ts';

const HELLO = 'pattern: single\nimage: busybox:1\nsteps:\n  - { name: hello, run: echo hello }\n';

describe('the command line', () => {
  test('says its version and its commands', async () => {
    const cwd = throwaway();
    expect((await runCli(['--version'], { cwd })).stdout).toMatch(/^runner \d+\.\d+\.\d+\n$/);
    expect((await runCli([], { cwd })).stdout).toContain('exec [spec.yaml|-]');
  });

  test('names the nearest command', async () => {
    const { code, stderr } = await runCli(['exce'], { cwd: throwaway() });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean exec?') });
  });

  test('refuses an unknown flag with where to look', async () => {
    const { code, stderr } = await runCli(['exec', '--wat'], { cwd: throwaway() });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown option '--wat'") });
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('runs a spec from standard input', async () => {
    const { code, stdout } = await runCli(['exec', '-'], { cwd: throwaway(), stdin: HELLO });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'hello\n' });
  });

  test('without a daemon says so, and of nothing that it would be left behind', async () => {
    const cwd = throwaway();
    writeSpec(cwd, HELLO);
    const { code, stderr } = await runCli(['exec', 'spec.yaml'], { cwd, env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('no Docker daemon answers') });
    expect(stderr).not.toMatch(/left behind|could not remove/);
    expect(readdirSync(path.join(cwd, '.state/ledger'))).toEqual([]);
  });

  test('started in a folder that is gone says what to do', async () => {
    const cwd = throwaway();
    const script = `mkdir gone; cd gone; rmdir ../gone; exec ${ROOT}/runner validate spec.yaml`;
    const { status, stderr } = spawnSync('sh', ['-c', script], { cwd, encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({
      status: 125,
      stderr: expect.stringContaining('the folder in which the runner was started is gone'),
    });
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('keeps its state where a variable says, unless that is empty', async () => {
    const cwd = throwaway();
    const state = (env: Readonly<Record<string, string>>): string =>
      /state in (.*)/.exec(spawnSync(`${ROOT}/runner`, ['doctor', '--pattern', 'host'], { cwd, encoding: 'utf8', env }).stdout)?.[1] ?? '';
    const { PATH = '' } = process.env;
    expect(state({ PATH, HOME: cwd, RUNNER_STATE_DIR: '', XDG_STATE_HOME: '' })).toBe(path.join(cwd, '.local/state/build-pattern-runner'));
    expect(state({ PATH, HOME: cwd, RUNNER_STATE_DIR: 'here' })).toBe(path.join(cwd, 'here'));
    expect(state({ PATH })).toBe(path.join(userInfo().homedir, '.local/state/build-pattern-runner'));
  });

  test('plans without a daemon', async () => {
    const cwd = throwaway();
    writeSpec(cwd, HELLO);
    const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    expect((await runCli(['plan', 'spec.yaml'], { cwd, env })).stdout).toContain('busybox:1');
    expect(JSON.parse((await runCli(['plan', 'spec.yaml', '--format', 'json'], { cwd, env })).stdout)).toMatchObject({ pattern: 'single' });
  });

  test('prints a plan as a script that does the same by hand', async () => {
    const cwd = throwaway();
    writeSpec(cwd, HELLO);
    const { stdout } = await runCli(['plan', 'spec.yaml', '--format', 'sh'], { cwd });
    writeFileSync(path.join(cwd, 'job.sh'), stdout);
    const { execFileSync } = await import('node:child_process');
    expect(execFileSync('sh', ['job.sh'], { cwd, encoding: 'utf8' })).toContain('hello\n');
  });

  test('takes overrides from the command line', async () => {
    const cwd = throwaway();
    writeSpec(cwd, HELLO.replace('echo hello', 'echo $WORD in $RUNNER_PATTERN'));
    const { stdout } = await runCli(['exec', 'spec.yaml', '--pattern', 'serial', '-e', 'WORD=hi', '--set', 'steps[0].env.X=one'], { cwd });
    expect(stdout).toBe('hi in serial\n');
  });

  test('folds a failed step to 1 when classes are asked for', async () => {
    const cwd = throwaway();
    writeSpec(cwd, HELLO.replace('echo hello', 'exit 42'));
    expect((await runCli(['exec', 'spec.yaml'], { cwd })).code).toBe(42);
    expect((await runCli(['exec', 'spec.yaml', '--exit-code', 'class'], { cwd })).code).toBe(1);
  });
});

describe('what the host refuses', () => {
  test('no daemon is said with where it was looked for', async () => {
    const cwd = throwaway();
    writeSpec(cwd, HELLO);
    const { code, stderr } = await runCli(['exec', 'spec.yaml'], { cwd, env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
    expect(code).toBe(125);
    expect(stderr).toContain('unix:///nowhere/docker.sock');
    expect(stderr).not.toMatch(/^\s+at .*\.js/m);
  });

  test('an image that is nowhere is said with its name', async () => {
    const cwd = throwaway();
    writeSpec(cwd, HELLO.replace('busybox:1', 'no-such-image:7'));
    const { code, stderr } = await runCli(['exec', 'spec.yaml', '--pull', 'never'], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('no-such-image:7') });
  });

  test('what reaches this machine is refused unless it is allowed', async () => {
    const cwd = throwaway();
    writeSpec(cwd, `${HELLO}docker: { privileged: true }\n`);
    const { code, stderr } = await runCli(['exec', 'spec.yaml'], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 126, stderr: expect.stringContaining('spec.yaml:5') });
    expect((await runCli(['exec', 'spec.yaml', '--allow', 'privileged'], { cwd })).code).toBe(0);
  });

  test('a state folder that cannot be written is said before anything is created', async () => {
    const cwd = throwaway();
    writeSpec(cwd, HELLO);
    writeFileSync(path.join(cwd, 'file'), '');
    const { code, stderr } = await runCli(['exec', 'spec.yaml'], { cwd, env: { RUNNER_STATE_DIR: path.join(cwd, 'file', 'state') } });
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('state.unwritable') });
  });
});

test('the launcher says which Node it needs when it finds none that will do', async () => {
  const cwd = throwaway();
  mkdirSync(path.join(cwd, 'bin'));
  writeFileSync(path.join(cwd, 'bin/node'), '#!/bin/sh\n[ "$1" != -p ] || { echo 20.1.0; exit 0; }\nexit 1\n');
  chmodSync(path.join(cwd, 'bin/node'), 0o755);
  writeFileSync(path.join(cwd, 'runner'), readFileSync(path.join(ROOT, 'runner')));
  chmodSync(path.join(cwd, 'runner'), 0o755);
  const { spawnSync } = await import('node:child_process');
  const { status, stderr } = spawnSync(path.join(cwd, 'runner'), ['--version'], {
    env: { PATH: `${cwd}/bin:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  expect(status).toBe(125);
  expect(stderr).toContain('needs Node 22.18 or later');
  expect(stderr).toContain('20.1.0');
});

test('caches are listed with their size and age, and go when an age is named', async () => {
  const cwd = throwaway();
  const name = `test-${process.pid}`;
  writeSpec(
    cwd,
    `pattern: single\nimage: busybox:1\nmounts: [{ cache: ${name}, target: /c }]\nsteps: [{ name: fill, run: "echo kept > /c/file" }]\n`,
  );
  expect((await runCli(['exec', 'spec.yaml'], { cwd })).code).toBe(0);
  expect((await runCli(['gc', '--caches'], { cwd })).stdout).toMatch(new RegExp(`-${name}  \\d+ B, used .* ago`));
  expect((await runCli(['gc', '--caches', '--older-than', '0s', '--dry-run'], { cwd })).stdout).toContain('would be removed');
  expect((await runCli(['gc', '--caches', '--older-than', '0s', '--json'], { cwd })).stdout).toContain('"removed": true');
  expect((await runCli(['gc', '--caches'], { cwd })).stdout).not.toContain(name);
});
