import { describe, expect, test } from 'vitest';
import { clusterPlan } from '../../../src/plan/cluster.ts';
import { clusterName, type RunId, runOfCluster } from '../../../src/plan/names.ts';
import type { PlanContext } from '../../../src/plan/pattern.ts';
import { load } from '../spec/support.ts';

const run = '01930000-0000-7000-8000-000000000000' as RunId;
const contextWith = (paths: object): PlanContext => ({ run, facts: { tempFolder: '/tmp', paths } }) as PlanContext;

async function planOf(written: string, paths: object = { seen: 'same' }) {
  const { spec } = await load(`pattern: kind\n${written}\nsteps: [kubectl get pods]\n`);
  return clusterPlan(spec, contextWith(paths), 'kindest/node:v1');
}

describe('the cluster of a run', () => {
  test('has a name of at most 50 characters that leads back to the run', async () => {
    const { name } = await planOf('');
    expect(name.length).toBeLessThanOrEqual(50);
    expect(`${name}-external-load-balancer`.length).toBeLessThanOrEqual(63);
    expect(runOfCluster(name)).toBe(run);
  });

  test.each(['kind', 'runner-abc', 'runner-0193000000007000800000000000000', `${clusterName(run)}-2`, 'my-runner'])(
    'is not taken for %s',
    (name) => expect(runOfCluster(name)).toBeUndefined(),
  );

  test('lets Docker choose every port that the user does not', async () => {
    const { config } = await planOf(
      'kind: { config: { nodes: [{ role: control-plane, extraPortMappings: [{ containerPort: 80 }, { containerPort: 443, hostPort: 8443 }] }] } }',
    );
    expect(config).toMatchObject({
      networking: { apiServerPort: -1 },
      nodes: [{ extraPortMappings: [{ hostPort: -1 }, { hostPort: 8443 }] }],
    });
  });

  test('keeps what the user wrote, and lets the user’s patches come last', async () => {
    const { config } = await planOf('kind: { config: { networking: { apiServerPort: 6443 }, kubeadmConfigPatches: [mine] } }');
    expect(config).toMatchObject({ networking: { apiServerPort: 6443 } });
    expect((config['kubeadmConfigPatches'] as string[]).at(-1)).toBe('mine');
  });

  test('elects leaders where there are several to choose from', async () => {
    const several = await planOf('kind: { config: { nodes: [{ role: control-plane }, { role: control-plane }] } }');
    expect(JSON.stringify(several.config)).not.toContain('leader-elect');
    expect(JSON.stringify((await planOf('')).config)).toContain('leader-elect');
  });

  test('is limited as every container of the run is', async () => {
    expect(await planOf('resources: { cpus: 1.5, memory: 2GiB }')).toMatchObject({ cpus: 1.5, memoryBytes: 2 ** 31 });
  });

  test('is joined by the container that the runner is in, where it is in one', async () => {
    expect(await planOf('', { seen: 'container', container: { id: 'f00' } })).toMatchObject({ runnerContainer: 'f00' });
    expect(await planOf('')).not.toHaveProperty('runnerContainer');
  });
});
