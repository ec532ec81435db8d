import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli, throwaway } from '../support/cli.ts';
import { socketOfDaemon } from '../support/daemon.ts';
import { scriptedDaemon } from '../support/scripted-daemon.ts';

const INFO = { ServerVersion: '28.5.2', Driver: 'overlay2', CgroupVersion: '2', CgroupDriver: 'systemd', NCPU: 8, MemTotal: 2 ** 34 };

/** What `runner doctor --pattern dind` says, of the real daemon unless `env` names another, in a home without settings. */
async function doctor(env: Readonly<Record<string, string>> = {}, settings?: string) {
  const home = throwaway();
  if (settings !== undefined) {
    mkdirSync(path.join(home, '.config/build-pattern-runner'), { recursive: true });
    writeFileSync(path.join(home, '.config/build-pattern-runner/config.yaml'), settings);
  }
  const { code, stdout } = await runCli(['doctor', '--pattern', 'dind'], { cwd: home, env: { HOME: home, ...env } });
  return { code, stdout, home };
}

/** The address of the real daemon, which tells something else about itself. */
async function daemonThatSays(said: object): Promise<{ readonly DOCKER_HOST: string }> {
  const scripted = await scriptedDaemon(socketOfDaemon());
  onTestFinished(() => scripted.close());
  scripted.rule({ method: 'GET', path: /\/info$/, fault: { type: 'answer', status: 200, body: { ...INFO, ...said } } });
  scripted.rule({ method: 'GET', path: /\/version$/, fault: { type: 'answer', status: 200, body: { ApiVersion: '1.51' } } });
  return { DOCKER_HOST: scripted.url };
}

test('a daemon that runs as root can carry private daemons, and what they store with is said', async () => {
  const { code, stdout } = await doctor();
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/✓ dind[\s\S]*storage of private daemons: overlay2, on \w+/) });
});

test('the policy that is missing is said with the line that sets it, and where to write it', async () => {
  const { code, stdout, home } = await doctor();
  expect(code).toBe(0);
  expect(stdout).toContain('policy: `privileged` is not allowed, and a run is refused (exit code 126)');
  expect(stdout).toContain(`the line \`allow: privileged\` in ${home}/.config/build-pattern-runner/config.yaml`);
  const { stdout: written } = await doctor({}, 'allow: privileged\n');
  expect(written).toContain('policy: `privileged` is allowed');
});

test('keys that are allowed already stay in the line to write', async () => {
  expect((await doctor({}, 'allow: socket,devices\n')).stdout).toContain('`allow: socket,devices,privileged` in');
  expect((await doctor({ RUNNER_ALLOW: 'socket' })).stdout).toContain('`RUNNER_ALLOW=socket,privileged` for good');
});

test.each([
  ['name=rootless', 'Docker runs rootless here'],
  ['name=userns', '(userns-remap), and refuses privileged containers'],
])('a daemon whose containers get no rights can’t carry one: %s', async (option, said) => {
  const { code, stdout } = await doctor(await daemonThatSays({ SecurityOptions: ['name=seccomp,profile=builtin', option] }));
  expect({ code, stdout }).toEqual({ code: 125, stdout: expect.stringContaining(said) });
  expect(stdout).toContain('✗ dind');
  expect(stdout).toContain('use a Docker daemon that runs as root');
});

test.each([
  ['overlayfs', 'true', 'not overlay2, which can’t be on overlayfs'],
  ['zfs', 'true', 'not overlay2, which can’t be on zfs'],
  ['xfs', 'false', 'not overlay2, which can’t be on xfs without d_type'],
  ['xfs', 'true', 'overlay2, on xfs'],
])('volumes on %s (d_type %s): %s', async (on, dType, said) => {
  const DriverStatus = [
    ['Backing Filesystem', on],
    ['Supports d_type', dType],
  ];
  const { code, stdout } = await doctor(await daemonThatSays({ DriverStatus }));
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`storage of private daemons: ${said}`) });
});

test('a daemon that does not tell what its volumes are on is not guessed about', async () => {
  const snapshotter = { Driver: 'overlayfs', DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] };
  expect((await doctor(await daemonThatSays(snapshotter))).stdout).toContain('this Docker does not tell what its volumes are on');
});

test('where no daemon answers there is no word of private ones', async () => {
  const { code, stdout } = await doctor({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  expect({ code, stdout }).toEqual({ code: 125, stdout: expect.not.stringContaining('private daemons') });
});
