import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ROOT, runCli, startCli, throwaway } from '../support/cli.ts';
import { daemon, leftOnDaemon } from '../support/daemon.ts';
import { commandLines, processesOf } from '../support/machine.ts';
import { writeSpec } from '../support/spec-file.ts';

const SPEC = `pattern: kind
kind:
  load: [busybox:1]
steps:
  - { name: look, run: kubectl get nodes }
`;

/** Words on the screen by which it is known what is under way. */
const MOMENTS = {
  'kind has just been started': 'Ensuring node image',
  'the nodes are being made': 'Preparing nodes',
  'the nodes run': 'Writing configuration',
  'an image is being loaded': 'loading busybox:1',
  'Kubernetes is being started': 'Starting control-plane',
  'kind does the last of it': 'Installing CNI',
} as const;

/** Nothing of a cluster carries a label of the run's but its network: its containers are known by their names. */
async function leftOf(run: string): Promise<readonly string[]> {
  const name = `runner-${run.replaceAll('-', '')}`;
  const objects = (await daemon().listAll())
    .map(({ resource }) => `${resource.kind} ${resource.name}`)
    .filter((text) => text.includes(name));
  const folders = readdirSync(tmpdir()).filter((entry) => entry.includes(run));
  return [...objects, ...(await leftOnDaemon(run)), ...folders, ...processesOf(name).map((pid) => `process ${pid}`)];
}

const runIn = (cwd: string): string => readdirSync(path.join(cwd, '.state/runs'))[0] ?? '';

async function untilNothingIsLeft(cwd: string): Promise<void> {
  const run = runIn(cwd);
  let left: readonly string[] = [];
  for (let waitedMs = 0; waitedMs < 40_000; waitedMs += 500) {
    left = [...(await leftOf(run)), ...readdirSync(path.join(cwd, '.state/ledger'))];
    if (left.length === 0) return;
    await delay(500);
  }
  expect(left).toEqual([]);
}

describe.each(Object.entries(MOMENTS))('when %s', (_, words) => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves no node, network, volume, file or process', async (signal) => {
    const cwd = throwaway();
    writeSpec(cwd, SPEC);
    const volumes = unusedVolumes();
    const { child, shown, ended } = startCli(['exec', 'spec.yaml', '--progress', 'plain', '-v', '--result', 'result.json'], { cwd });
    await shown(words);
    child.kill(signal);
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(JSON.parse(readFileSync(path.join(cwd, 'result.json'), 'utf8'))).toMatchObject({ status: 'cancelled', leftovers: [] });
    expect(await leftOf(runIn(cwd))).toEqual([]);
    await untilNothingIsLeft(cwd);
    expect(unusedVolumes().filter((name) => !volumes.includes(name))).toEqual([]);
  });
});

test('SIGTERM while a chart is being installed ends Helm, too, and leaves nothing', async () => {
  const cwd = throwaway(path.join(ROOT, 'fixtures/kind/charts'));
  writeSpec(
    cwd,
    SPEC.replace('  load:', '  wait: 5m\n  helm: [{ release: page, chart: ./page, set: { image: "nowhere.invalid/page:1" } }]\n  load:'),
  );
  const { child, shown, ended } = startCli(['exec', 'spec.yaml', '--progress', 'plain', '-v', '--result', 'result.json'], { cwd });
  await shown('release page: ');
  child.kill('SIGTERM');
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(143);
  expect(await leftOf(runIn(cwd))).toEqual([]);
  expect(commandLines().filter((line) => line.includes('helm') && line.includes(runIn(cwd)))).toEqual([]);
  await untilNothingIsLeft(cwd);
});

test.each(['Preparing nodes', 'Starting control-plane'])('SIGKILL while kind says "%s" leaves nothing for long', async (words) => {
  const cwd = throwaway();
  writeSpec(cwd, SPEC);
  const { child, shown, ended } = startCli(['exec', 'spec.yaml', '--progress', 'plain', '-v'], { cwd });
  await shown(words);
  child.kill('SIGKILL');
  await ended;
  await untilNothingIsLeft(cwd);
});

test('SIGKILL of the runner and its reaper is mended by the next gc', async () => {
  const cwd = throwaway();
  writeSpec(cwd, SPEC);
  const { child, shown, ended } = startCli(['exec', 'spec.yaml', '--progress', 'plain', '-v'], { cwd });
  await shown('Writing configuration');
  for (const pid of processesOf(path.join(cwd, '.state'))) process.kill(pid, 'SIGKILL');
  child.kill('SIGKILL');
  await ended;
  const run = runIn(cwd);
  const { stdout } = await runCli(['ps'], { cwd });
  expect(stdout).toContain(run);
  expect((await runCli(['gc', '--dry-run'], { cwd })).stdout).toContain(`cluster runner-${run.replaceAll('-', '')}`);
  expect((await runCli(['gc'], { cwd })).code).toBe(0);
  expect(await leftOf(run)).toEqual([]);
  expect((await runCli(['gc', '--dry-run'], { cwd })).stdout).toBe('nothing to remove\n');
});

test('the user’s kubeconfig and Docker settings are not touched by a byte', async () => {
  const cwd = throwaway();
  writeSpec(cwd, SPEC);
  const home = path.join(cwd, 'home');
  const files = { '.kube/config': 'apiVersion: v1\nkind: Config\ncurrent-context: mine\n', '.docker/config.json': '{"auths":{}}\n' };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    writeFileSync(path.join(home, file), text);
  }
  const kubeconfig = path.join(cwd, 'other-kubeconfig');
  writeFileSync(kubeconfig, files['.kube/config']);
  const before = hashesBelow(home);
  const { code, stderr } = await runCli(['exec', 'spec.yaml'], { cwd, env: { HOME: home, KUBECONFIG: kubeconfig } });
  expect(code, stderr).toBe(0);
  expect(hashesBelow(home)).toEqual(before);
  expect(readFileSync(kubeconfig, 'utf8')).toBe(files['.kube/config']);
  expect(existsSync(`${kubeconfig}.lock`)).toBe(false);
});

const hashesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`)
    .toSorted();

/** Volumes without a name that nobody uses: those of other clusters on the daemon are in use. */
const unusedVolumes = (): readonly string[] =>
  execFileSync('docker', ['volume', 'ls', '--quiet', '--filter', 'dangling=true'], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => /^[0-9a-f]{64}$/.test(name));
