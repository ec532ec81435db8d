import { describe, expect, test } from 'vitest';
import { PATTERNS } from '../../../patterns/index.ts';
import { compile } from '../../../src/plan/compile.ts';
import type { RunId } from '../../../src/plan/names.ts';
import type { OwnMount, PathMap } from '../../../src/plan/paths.ts';
import type { ContainerPlan, Mount, Plan } from '../../../src/plan/plan.ts';
import { sharedPaths } from '../../../src/plan/shared-paths.ts';
import { loadSpec } from '../../../src/spec/load.ts';
import type { PatternName } from '../../../src/spec/spec.ts';

const run = '01930000-0000-7000-8000-000000000000' as RunId;
const caller = { uid: 0, gid: 0, groups: [0], userName: 'root', home: '/root' };
const bound = (destination: string, daemonPath: string, readOnly = false): OwnMount => ({
  destination,
  readOnly,
  from: { type: 'bind', daemonPath },
});
const VOLUME: OwnMount = {
  destination: '/builds',
  readOnly: false,
  from: { type: 'volume', volume: 'agents', subpath: '', daemonPath: '/d' },
};

const inContainer = (...mounts: OwnMount[]): PathMap => ({
  seen: 'container',
  container: { id: 'f00', name: 'agent', image: 'sha256:1', mounts, mountsParts: true },
  daemon: 'f00',
  real: {},
});
const elsewhere = (isVouched: boolean): PathMap => ({ seen: 'unproven', isVouched, why: 'far away', daemon: 'd', real: {} });

/** The plan of a spec in /builds/x; every path is there, and free of links. */
async function planOf(
  paths: PathMap,
  text: string,
  pattern: PatternName = 'serial',
  environment: Record<string, string> = {},
): Promise<Plan> {
  const around = { folder: '/builds/x', environment, readFile: async () => undefined };
  const { spec } = await loadSpec({ file: 'spec.yaml', text: Buffer.from(`image: busybox:1\nsteps: [make]\n${text}`) }, around);
  const facts = { environment, caller, owner: 'o', now: 0, tempFolder: '/tmp', knownHosts: '/root/.ssh/known_hosts' };
  const real = Object.fromEntries(sharedPaths(spec, facts).map((one) => [one, one]));
  const known = paths.seen === 'same' ? paths : { ...paths, real };
  return compile(spec, pattern, PATTERNS, { run, facts: { ...facts, paths: known }, artifactsDir: undefined, allowed: new Set() });
}

/** The one that the steps are in. */
function containerOf({ steps }: Plan): ContainerPlan {
  const [found] = steps.flatMap((step) =>
    step.kind === 'container' ? [step.container] : step.kind === 'task' && step.place.in === 'container' ? [step.place.container] : [],
  );
  return found as ContainerPlan;
}

const mountAt = (plan: Plan, target: string): Mount | undefined => containerOf(plan).mounts.find((mount) => mount.target === target);
const probeOf = (plan: Plan) => (plan.steps[0]?.kind === 'probe' ? plan.steps[0].probe : undefined);

describe('a workspace', () => {
  test('on a mount of the agent is mounted, after a probe in the agent’s own image', async () => {
    const plan = await planOf(inContainer(VOLUME), '');
    expect(mountAt(plan, '/workspace')).toMatchObject({ type: 'volume', volume: 'agents', subpath: 'x', hostPath: '/builds/x' });
    expect(probeOf(plan)).toMatchObject({
      image: { use: 'sha256:1' },
      daemon: 'f00',
      mounts: [{ mount: { volume: 'agents' }, points: [''] }],
    });
  });

  test('in the agent’s image is copied, and the plan says why', async () => {
    const plan = await planOf(inContainer(), '');
    expect(mountAt(plan, '/workspace')).toMatchObject({ type: 'volume', volume: expect.stringContaining('workspace') });
    expect(plan.notes.join()).toContain('the workspace is copied: /builds/x is in the file system');
    expect(probeOf(plan)).toBeUndefined();
  });

  test('in the agent’s image is refused where the spec wants it mounted', async () => {
    await expect(planOf(inContainer(), 'workspace: { mode: bind }')).rejects.toMatchObject({ code: 'mount.unreachable' });
  });

  test('is copied to a daemon that nobody knows, and mounted and probed where somebody vouches for it or the spec says so', async () => {
    expect(mountAt(await planOf(elsewhere(false), ''), '/workspace')).toMatchObject({ type: 'volume' });
    for (const plan of [await planOf(elsewhere(true), ''), await planOf(elsewhere(false), 'workspace: { mode: bind }')]) {
      expect(mountAt(plan, '/workspace')).toMatchObject({ type: 'bind', daemonPath: '/builds/x' });
      expect(probeOf(plan)?.image).toEqual({ make: `runner/probe:${run.replaceAll('-', '')}` });
    }
  });

  test('whose path the spec gives by hand is mounted there', async () => {
    const plan = await planOf(elsewhere(false), 'docker: { host_paths: { /builds: /srv/ci } }');
    expect(mountAt(plan, '/workspace')).toMatchObject({ type: 'bind', daemonPath: '/srv/ci/x' });
  });

  test('with a mount of the agent in it gives way to what the spec mounts there', async () => {
    const agent = inContainer(bound('/builds', '/srv'), bound('/builds/x/cache', '/elsewhere'));
    expect(mountAt(await planOf(agent, ''), '/workspace/cache')).toMatchObject({ type: 'bind', daemonPath: '/elsewhere' });
    const own = await planOf(agent, 'mounts: [{ cache: c, target: /workspace/cache }]');
    expect(containerOf(own).mounts.filter(({ target }) => target === '/workspace/cache')).toMatchObject([{ volume: 'runner-cache-0-c' }]);
  });
});

describe('an SSH agent', () => {
  const environment = { SSH_AUTH_SOCK: '/run/agent/sock' };

  test('of the agent container is translated; known hosts that only it has are left out', async () => {
    const plan = await planOf(inContainer(VOLUME, bound('/run/agent', '/srv/agent')), 'ssh_agent: true', 'serial', environment);
    expect(mountAt(plan, '/run/ssh-agent.sock')).toMatchObject({ daemonPath: '/srv/agent/sock' });
    expect(mountAt(plan, '/etc/ssh/ssh_known_hosts')).toBeUndefined();
  });

  test('that the daemon can’t see is refused', async () => {
    await expect(planOf(inContainer(VOLUME), 'ssh_agent: true', 'serial', environment)).rejects.toMatchObject({
      code: 'mount.unreachable',
    });
  });
});

describe('the socket of a step', () => {
  const folderOf = ({ steps }: Plan) => steps.flatMap((step) => (step.kind === 'socket' ? [step.socket.folder] : []))[0];

  test('lies in the folder for temporary files where that is a mount, and there the probe looks', async () => {
    const plan = await planOf(inContainer(VOLUME, bound('/tmp', '/srv/tmp')), '', 'sibling');
    expect(folderOf(plan)).toBe(`/tmp/runner-${run}-socket`);
    expect(mountAt(plan, '/var/run/docker.sock')).toMatchObject({ daemonPath: `/srv/tmp/runner-${run}-socket/docker.sock` });
    expect(probeOf(plan)?.mounts.map(({ mount }) => mount)).toMatchObject([
      { volume: 'agents' },
      { daemonPath: '/srv/tmp', hostPath: '/tmp' },
    ]);
  });

  test('lies in the workspace else', async () => {
    const plan = await planOf(inContainer(VOLUME), '', 'sibling');
    expect(folderOf(plan)).toBe(`/builds/x/.runner-${run}-socket`);
    expect(mountAt(plan, '/var/run/docker.sock')).toMatchObject({ volume: 'agents', subpath: `x/.runner-${run}-socket/docker.sock` });
  });

  test('is never put where the daemon mounts read-only, and refused where there is no place', async () => {
    await expect(planOf(inContainer(bound('/builds', '/srv', true)), '', 'sibling')).rejects.toMatchObject({ code: 'mount.unreachable' });
  });

  test('that is the daemon’s own is the one the agent was given', async () => {
    const agent = inContainer(VOLUME, bound('/var/run/docker.sock', '/run/user/docker.sock'));
    const plan = await planOf(agent, 'docker: { socket: raw }', 'sibling');
    expect(mountAt(plan, '/var/run/docker.sock')).toMatchObject({ daemonPath: '/run/user/docker.sock' });
    expect(containerOf(plan).env['DOCKER_HOST']).toBe('unix:///var/run/docker.sock');
  });
});

test('`serial` and `sibling` differ in their name and their socket alone', async () => {
  const [serial, sibling] = [await planOf({ seen: 'same' }, ''), await planOf({ seen: 'same' }, 'docker: { socket: none }', 'sibling')];
  expect(JSON.parse(JSON.stringify(sibling).replaceAll('sibling', 'serial'))).toEqual(serial);
});
