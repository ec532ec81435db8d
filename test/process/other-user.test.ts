import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT, throwaway } from '../support/cli.ts';
import { socketOfDaemon } from '../support/daemon.ts';

const ADA = 12_345;

/** A checkout below somebody's home may be closed to others, so a build and a Node are put where everybody may go. */
function openFolder(): string {
  const folder = throwaway();
  chmodSync(folder, 0o755);
  cpSync(path.join(ROOT, 'dist'), path.join(folder, 'dist'), { recursive: true });
  cpSync(process.execPath, path.join(folder, 'node'));
  mkdirSync(path.join(folder, 'work'));
  chownSync(path.join(folder, 'work'), ADA, ADA);
  return folder;
}

function runAs(groups: readonly number[], folder: string, spec: string) {
  const work = path.join(folder, 'work');
  writeFileSync(path.join(work, 'spec.yaml'), spec);
  const identity = [
    '--reuid',
    String(ADA),
    '--regid',
    String(ADA),
    ...(groups.length > 0 ? ['--groups', groups.join(',')] : ['--clear-groups']),
  ];
  const command = [path.join(folder, 'node'), path.join(folder, 'dist/main.js'), 'exec', 'spec.yaml'];
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: work,
    DOCKER_HOST: `unix://${socketOfDaemon()}`,
    RUNNER_STATE_DIR: path.join(work, '.state'),
  };
  return spawnSync('setpriv', [...identity, '--', ...command], { cwd: work, env, encoding: 'utf8' });
}

describe('a user who is not root', () => {
  let group: number;
  beforeAll(() => {
    execFileSync('setpriv', ['--version']);
    group = statSync(socketOfDaemon()).gid;
  });

  test('runs a job as itself, and what a step writes in a bound workspace is its own', () => {
    const folder = openFolder();
    const script = 'id -u; id -un; touch made; echo "$HOME"; touch "$HOME/mine"; id -G';
    const { status, stdout, stderr } = runAs(
      [ADA, group, 4567],
      folder,
      `pattern: single\nimage: busybox:1\nsteps:\n  - { name: who, run: '${script}' }\n`,
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(`${ADA}\n`);
    expect(stdout).toMatch(/\b4567\b/);
    expect(statSync(path.join(folder, 'work/made')).uid).toBe(ADA);
  });

  test('without the right to use the socket is told its group and what to do', () => {
    const { status, stderr } = runAs([], openFolder(), 'pattern: single\nimage: busybox:1\nsteps: [{ name: a, run: "true" }]\n');
    expect(status).toBe(125);
    expect(stderr).toContain('docker.permission');
    expect(stderr).toMatch(/group/);
    expect(readFileSync('/etc/group', 'utf8')).toContain(`:${group}:`);
  });
});
