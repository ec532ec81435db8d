import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../support/cli.ts';
import { docker, makeImages, SOCKET_MOUNT } from './support/agent.ts';

/** Podman in a container of its own, whose folder /builds its containers get as /ws. */
const host = `runner-test-podman-${process.pid}`;
const builds = mkdtempSync(path.join(tmpdir(), 'runner-test-podman-'));
const inHost = (script: string): string => docker('exec', host, 'sh', '-c', `{ ${script}; } 2>&1`);
const CONTAINER =
  'podman --cgroup-manager cgroupfs run --rm --network none --cgroups disabled -v /runner:/runner:ro -v /builds:/ws -w /ws -e HOME=/tmp';
const RUNNER = '/runner/node /runner/dist/main.js';

beforeAll(() => {
  makeImages('podman', 'busybox');
  writeFileSync(
    path.join(builds, 'spec.yaml'),
    'pattern: single\nimage: busybox:1\nnetwork: none\nworkspace: { mode: bind }\nsteps: ["pwd > made.txt"]\n',
  );
  const node = path.join(ROOT, 'node_modules/node/bin/node');
  const mounts = [`${ROOT}/dist:/runner/dist:ro`, `${node}:/runner/node:ro`, `${builds}:/builds`].flatMap((mount) => ['-v', mount]);
  const podman = ['-e', 'PODMAN_IGNORE_CGROUPSV1_WARNING=1', 'podman:local'];
  docker('run', '--detach', '--privileged', '--name', host, ...mounts, ...SOCKET_MOUNT, ...podman, 'sleep', '600');
  docker('save', '--output', path.join(builds, 'busybox.tar'), 'busybox:1');
  inHost('podman load --quiet --input /builds/busybox.tar');
  inHost('mkdir -p /root-of-another/proc /root-of-another/dev /root-of-another/sys /root-of-another/tmp');
  inHost('cp -a /bin /sbin /lib /lib64 /usr /etc /root-of-another && tar -C /root-of-another -c . | podman import --quiet - agent:1');
  docker('exec', '--detach', host, 'podman', '--cgroup-manager', 'cgroupfs', 'system', 'service', '--time', '0', 'unix:///run/podman.sock');
  inHost('until [ -S /run/podman.sock ]; do sleep 0.1; done');
}, 300_000);

afterAll(() => {
  docker('rm', '--force', '--volumes', host);
  rmSync(builds, { recursive: true });
});

describe('in a container of Podman', () => {
  const agent = `${CONTAINER} -v /run/podman.sock:/var/run/docker.sock agent:1 ${RUNNER}`;

  test('the runner says so, knows which, and what Podman sees of its paths', () => {
    const screen = inHost(`${agent} doctor --pattern single`);
    expect(screen).toMatch(/the runner is in a Podman container: \w+, [0-9a-f]{12}$/m);
    expect(screen).toMatch(/mountinfo +[0-9a-f]{64} verified/);
    expect(screen).toMatch(/^ +\/ws ← \/builds$/m);
  });

  test('a job through Podman’s own socket works in the folder that was meant', () => {
    expect(inHost(`${agent} exec spec.yaml --progress plain`)).toContain('runner: passed');
    expect(readFileSync(path.join(builds, 'made.txt'), 'utf8')).toBe('/workspace\n');
    expect(inHost('podman ps --all --quiet')).toBe('');
  });
});

test.each([
  ['an image', 'agent:1'],
  ['a folder of the container that Docker knows', '--rootfs /root-of-another'],
])('with Docker’s socket and a root that is %s, no container of Docker’s is taken for it', (_, root) => {
  const agent = `${CONTAINER} -v /var/run/docker.sock:/var/run/docker.sock ${root} ${RUNNER}`;
  expect(inHost(`${agent} doctor --pattern single`)).toContain('the runner is in a Podman container that is not of this daemon');
  expect(inHost(`${agent} exec spec.yaml --progress plain || true`)).toContain('the daemon does not see /ws');
});
