import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli, throwaway } from '../support/cli.ts';
import { daemon } from '../support/daemon.ts';
import { writeSpec } from '../support/spec-file.ts';

const STEPS = 'steps: [kubectl get nodes]\n';

async function failed(kind: string, env: Readonly<Record<string, string>> = {}) {
  const cwd = throwaway();
  writeSpec(cwd, `pattern: kind\ndocker: { pull: never }\nkind: ${kind}\n${STEPS}`);
  const startMs = performance.now();
  const { code, stderr } = await runCli(['exec', 'spec.yaml', '--progress', 'plain'], { cwd, env });
  const [, run = ''] = /report in .*\/([0-9a-f-]{36})/.exec(stderr) ?? [];
  const left = (await daemon().listAll()).filter(({ resource }) => resource.name.includes(run.replaceAll('-', '')));
  expect(left).toEqual([]);
  return { code, stderr, tookMs: performance.now() - startMs };
}

describe('a cluster that can not be is refused with what to do', () => {
  test('without kind on the PATH', async () => {
    const PATH = (process.env['PATH'] ?? '')
      .split(':')
      .filter((folder) => !existsSync(path.join(folder, 'kind')))
      .join(':');
    const { code, stderr } = await failed('{}', { PATH });
    expect(code).toBe(125);
    expect(stderr).toContain('kind is not on the PATH [host.tool-missing]');
    expect(stderr).toContain('go install sigs.k8s.io/kind@latest');
  });

  test('with an image that is no node image, at once', async () => {
    const { code, stderr } = await failed('{ node_image: "busybox:1" }');
    expect(code).toBe(125);
    expect(stderr).toContain('busybox:1 is no node image');
  });

  test('with a node image that is not there', async () => {
    const { code, stderr } = await failed('{ node_image: "kindest/node:v0.0.0" }');
    expect(code).toBe(125);
    expect(stderr).toContain('there is no image kindest/node:v0.0.0 here [image.missing]');
  });

  test('with an image to load that is not there, and its start is not waited for', async () => {
    const { code, stderr } = await failed('{ load: ["no-such/image:1"] }');
    expect(code).toBe(125);
    expect(stderr).toContain('there is no image no-such/image:1 here [image.missing]');
    expect(stderr).not.toContain('cluster passed');
  });

  test('with a file of images that is none, which the node says', async () => {
    const cwd = throwaway();
    writeSpec(cwd, `pattern: kind\nkind: { wait: 10m, load: [{ archive: spec.yaml }] }\n${STEPS}`);
    const { code, stderr } = await runCli(['exec', 'spec.yaml'], { cwd });
    expect(code).toBe(125);
    expect(stderr).toContain(`${path.join(cwd, 'spec.yaml')} could not be imported into node`);
  });

  test('with a configuration that kind does not take', async () => {
    const { code, stderr } = await failed('{ config: { networking: { podSubnet: nonsense } } }');
    expect(code).toBe(125);
    expect(stderr).toContain('kind does not take the cluster configuration [cluster.failed]');
    expect(stderr).toContain('nonsense');
  });
});
