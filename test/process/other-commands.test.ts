import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { COMMANDS } from '../../src/cli/command-texts.ts';
import { TEMPLATES } from '../../src/cli/init-templates.ts';
import { runCli, throwaway } from '../support/cli.ts';
import { daemon, leftOnDaemon } from '../support/daemon.ts';

describe('runner shell', () => {
  test('is where the steps of a kept run were, and ends with the code of the shell', async () => {
    const cwd = throwaway();
    writeFileSync(
      path.join(cwd, 'spec.yaml'),
      'pattern: single\nimage: busybox:1\nsteps: ["echo left > /tmp/mine; exit 3"]\nkeep: on_failure\n',
    );
    const { code, stderr } = await runCli(['exec', 'spec.yaml', '--progress', 'plain'], { cwd });
    const run = /runner shell ([0-9a-f-]{36})/.exec(stderr)?.[1];
    onTestFinished(async () => {
      for (const container of await leftOnDaemon(run)) await daemon().removeContainer(container.replace(/^container /, ''));
    });
    expect({ code, isKept: run !== undefined }).toEqual({ code: 3, isKept: true });
    const inside = await runCli(['shell', run!], { cwd, stdin: 'cat /tmp/mine; echo oops >&2; exit 7\n' });
    expect(inside).toMatchObject({ code: 7, stdout: 'left\n', stderr: 'oops\n' });
  });

  test('says how to keep a run where nothing of it is left', async () => {
    const cwd = throwaway();
    writeFileSync(path.join(cwd, 'spec.yaml'), 'pattern: single\nimage: busybox:1\nsteps: ["true"]\n');
    await runCli(['exec', 'spec.yaml'], { cwd });
    const { code, stderr } = await runCli(['shell', 'last'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('--keep on-failure');
  });
});

describe('runner init', () => {
  test.each(Object.keys(TEMPLATES))('%s writes a file that is right as it stands, and none over another', async (name) => {
    const cwd = throwaway();
    const first = await runCli(['init', name], { cwd });
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('wrote ') });
    const { file } = TEMPLATES[name]!;
    expect(existsSync(path.join(cwd, file))).toBe(true);
    if (file === 'runner.yaml') expect(await runCli(['plan'], { cwd })).toMatchObject({ code: 0, stderr: '' });
    const before = readFileSync(path.join(cwd, file), 'utf8');
    expect(await runCli(['init', name], { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
    expect(readFileSync(path.join(cwd, file), 'utf8')).toBe(before);
  });
});

describe('runner explain', () => {
  test.each([
    ['steps.retry', 'When the step runs again'],
    ['image.missing', 'exit code 125'],
    ['docker.container_per', 'default: step'],
  ])('%s says what it is', async (word, said) => {
    const { code, stdout } = await runCli(['explain', word], { cwd: throwaway() });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(said) });
  });

  test('what there is not gets the nearest that there is', async () => {
    const { code, stderr } = await runCli(['explain', 'workspce'], { cwd: throwaway() });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('did you mean workspace?') });
  });
});

describe('runner completion', () => {
  test('completes commands in bash', async () => {
    const { stdout } = await runCli(['completion', 'bash'], { cwd: throwaway() });
    const script = `${stdout}\nCOMP_WORDS=(runner ''); COMP_CWORD=1; _runner; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const completed = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
    expect(completed.toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
  });

  test.each(['zsh', 'fish'])('has a script for %s that knows every command', async (shell) => {
    const { stdout } = await runCli(['completion', shell], { cwd: throwaway() });
    for (const name of Object.keys(COMMANDS)) expect(stdout).toContain(name);
  });

  test('of another shell names those that there are', async () => {
    const { code, stderr } = await runCli(['completion', 'csh'], { cwd: throwaway() });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('bash, zsh, fish') });
  });
});
