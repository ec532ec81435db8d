import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Ended, runCli, throwaway } from '../support/cli.ts';
import { socketOfDaemon } from '../support/daemon.ts';
import { scriptedDaemon } from '../support/scripted-daemon.ts';
import { writeSpec } from '../support/spec-file.ts';

/** A run whose state lies on a file system mounted with these options, and what it asked the daemon to change. */
async function runOn(options: string): Promise<Ended & { readonly changed: readonly string[] }> {
  const cwd = throwaway();
  writeSpec(cwd, 'pattern: single\nimage: busybox:1\nsteps: [{ name: hello, run: echo hello }]\n');
  const disk = path.join(cwd, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', disk]);
  const proxy = await scriptedDaemon(socketOfDaemon());
  try {
    const ended = await runCli(['exec', 'spec.yaml'], { cwd, env: { DOCKER_HOST: proxy.url, RUNNER_STATE_DIR: path.join(disk, 'state') } });
    return { ...ended, changed: proxy.seen.filter((request) => !request.startsWith('GET')) };
  } finally {
    await proxy.close();
    execFileSync('umount', ['--lazy', disk]);
  }
}

test('a state folder on a disk that is mounted read-only is said before anything is created', async () => {
  const { code, stderr, changed } = await runOn('ro,size=1m');
  expect(code, stderr).toBe(125);
  expect(stderr).toContain('state.unwritable');
  expect(stderr).toMatch(/EROFS|read-only/);
  expect(stderr).toContain('RUNNER_STATE_DIR');
  expect(changed).toEqual([]);
});

/** Each file or folder takes one, so the room gives out at each of the runner's first steps in turn. */
test.each([2, 3, 4, 5, 6, 7, 8, 9])('a disk with room for %i files is said before anything is created, or is enough', async (inodes) => {
  const { code, stderr, changed } = await runOn(`size=1m,nr_inodes=${inodes}`);
  if (code === 0) return;
  expect(code, stderr).toBe(125);
  expect(stderr).toContain('host.disk-full');
  expect(stderr).toContain('RUNNER_STATE_DIR');
  expect(changed).toEqual([]);
});

test('a disk with room for nothing more than what comes before the ledger is one of those', async () => {
  const codes = await Promise.all([8, 9].map(async (inodes) => (await runOn(`size=1m,nr_inodes=${inodes}`)).stderr.includes('/ledger')));
  expect(codes).toContain(true);
});

test.each(['host', 'single'])('is no part of a workspace that is copied under %s', async (pattern) => {
  const cwd = throwaway();
  writeSpec(cwd, `pattern: ${pattern}\nimage: busybox:1\nworkspace: { mode: copy }\nsteps: [{ name: list, run: ls -A }]\n`);
  const { code, stdout, stderr } = await runCli(['exec', 'spec.yaml', '--progress', 'plain'], { cwd });
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: 'spec.yaml\n' });
  expect(existsSync(path.join(cwd, '.state/runs'))).toBe(true);
});
