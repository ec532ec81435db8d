import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { clientFor } from '../../src/engine/docker/connect.ts';
import { joinNetwork } from '../../src/engine/kind/join.ts';
import type { ReportJson } from '../../src/report/report-json.ts';
import { agentImage, docker, runAgent, SOCKET_MOUNT } from '../sibling/support/agent.ts';
import { CACHE_FOLDER } from '../support/cache-folder.ts';
import { ROOT } from '../support/cli.ts';
import { CLUSTER_MS } from '../support/cluster.ts';
import { daemon } from '../support/daemon.ts';

/** A runner in a container, where 127.0.0.1 is the container's own: it reaches its cluster on the cluster's network. */
const base = mkdtempSync(path.join(tmpdir(), 'runner-test-kind-agent-'));
let image = '';
beforeAll(() => {
  image = agentImage();
  cpSync(path.join(ROOT, 'fixtures/kind/manifests'), path.join(base, 'job'), { recursive: true });
}, 300_000);
afterAll(() => {
  docker('rmi', '--force', image);
  rmSync(base, { recursive: true });
});

/** kind of this machine; where it is one of the project's own, it needs what is beside it. */
function kindMounts(): readonly string[] {
  const program = execFileSync('which', ['kind'], { encoding: 'utf8' }).trim();
  const isOurs = program === path.join(CACHE_FOLDER, 'bin/kind');
  return ['-v', `${program}:/usr/local/bin/kind:ro`, ...(isOurs ? ['-v', `${CACHE_FOLDER}:${CACHE_FOLDER}:ro`] : [])];
}

test(
  'a runner in a container reaches its cluster, and leaves nothing',
  async () => {
    const where = ['-v', `${base}/job:/job`, '--workdir', '/job', '-e', 'RUNNER_STATE_DIR=/job/state'];
    const command = [image, 'runner', 'exec', 'spec.yaml', '--progress', 'plain', '--result', 'result.json'];
    const { code, stdout, stderr } = await runAgent([...SOCKET_MOUNT, ...kindMounts(), ...where, ...command]);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain('hello from a throwaway cluster');
    const { run, leftovers } = JSON.parse(readFileSync(path.join(base, 'job/result.json'), 'utf8')) as ReportJson;
    expect(leftovers).toEqual([]);
    expect((await daemon().listAll()).filter(({ resource }) => resource.name.includes(run.replaceAll('-', '')))).toEqual([]);
  },
  CLUSTER_MS,
);

/** A network that is gone after the test, and a container with what it is started with. */
function placed(...flags: readonly string[]): { readonly network: string; readonly container: string } {
  const network = docker('network', 'create', `${path.basename(base).toLowerCase()}-${Math.random().toString(36).slice(2)}`);
  const container = docker('run', '--detach', ...flags, 'busybox:1', 'sleep', '600');
  onTestFinished(() => {
    docker('rm', '--force', container);
    docker('network', 'rm', network);
  });
  return { network, container };
}
const client = clientFor({ environment: process.env as Record<string, string>, readFile: () => undefined, context: undefined });
const networksOf = (container: string): unknown => Object.keys(JSON.parse(docker('inspect', container))[0].NetworkSettings.Networks);

test('a container joins a network once, however often it is asked to', async () => {
  const { network, container } = placed();
  const { Name } = JSON.parse(docker('network', 'inspect', network))[0];
  for (const _ of [1, 2]) expect(await joinNetwork(client, container, network)).toBe(true);
  expect(networksOf(container)).toEqual(['bridge', Name].toSorted());
});

test('one with the network of another joins with it, and one with the machine’s has no need to', async () => {
  const { network, container } = placed();
  const other = placed('--network', `container:${container}`);
  expect(await joinNetwork(client, other.container, network)).toBe(true);
  expect(networksOf(container)).toHaveLength(2);
  const { container: free } = placed('--network', 'host');
  expect(await joinNetwork(client, free, network)).toBe(false);
});
