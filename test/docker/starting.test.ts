import { afterEach, describe, expect, test } from 'vitest';
import type { ContainerPlan } from '../../src/plan/plan.ts';
import { calm, planOf, Setting } from '../contract/setting.ts';
import { connected } from './support/connected.ts';

const setting = new Setting(connected());
afterEach(() => setting.removeAll());

async function run(command: readonly string[], over: Partial<ContainerPlan> = {}) {
  const plan = { ...planOf(setting.name(), command), labels: setting.labels, ...over };
  await setting.engine.create(plan, { onProgress: () => {}, signal: new AbortController().signal });
  return setting.engine.run(
    plan.name,
    calm(() => {}),
  );
}

async function exec(command: readonly string[], over: { readonly dir?: string; readonly user?: string } = {}) {
  const container = await setting.started('sleeps');
  const plan = { container, command, env: {}, stdin: 'none', marker: 'MARK=1', ...over } as const;
  return setting.engine.exec(
    plan,
    calm(() => {}),
  );
}

describe.each([
  ['under init', (command: readonly string[]) => run(command)],
  ['without init', (command: readonly string[]) => run(command, { init: false })],
  ['in a running container', (command: readonly string[]) => exec(command)],
])('a program %s', (_, start) => {
  test('that the image has not got is the image’s fault, and named', async () => {
    await expect(start(['bash', '-c', 'true'])).rejects.toMatchObject({
      code: 'image.no-shell',
      message: 'the image busybox:1 has no bash',
    });
  });

  test('that is no program is, too', async () => {
    await expect(start(['/etc/passwd'])).rejects.toMatchObject({ code: 'image.no-shell' });
  });

  test.each([126, 127])('that exits with %i itself has exited, no more', async (code) => {
    expect(await start(['sh', '-c', `echo 'sh: not found' >&2; exit ${code}`])).toMatchObject({ code });
  });
});

test('a user that the image does not know is told', async () => {
  await expect(run(['true'], { user: 'nobody-here' })).rejects.toMatchObject({
    message: expect.stringContaining('does not know the user'),
  });
  await expect(exec(['true'], { user: 'nobody-here' })).rejects.toMatchObject({
    message: expect.stringContaining('does not know the user'),
  });
});

test('a working folder that is missing is told', async () => {
  await expect(exec(['true'], { dir: '/nowhere' })).rejects.toMatchObject({ message: expect.stringContaining('working folder') });
});

describe('memory that runs out', () => {
  const resources = { cpus: undefined, memoryBytes: 24 * 2 ** 20, pids: undefined, gpus: 'none' } as const;
  const greedy = ['sh', '-c', 'x=aaaaaaaa; while :; do x=$x$x; done'];

  test('is the reason of a container’s end', async () => {
    expect(await run(greedy, { resources })).toEqual({ code: 137, oomKilled: true });
  });

  test('is the reason of a process’s end, in a container that goes on', async () => {
    const container = await setting.started('sleeps', { resources });
    const plan = { container, command: greedy, env: {}, stdin: 'none', marker: 'MARK=1' } as const;
    expect(
      await setting.engine.exec(
        plan,
        calm(() => {}),
      ),
    ).toEqual({ code: 137, oomKilled: true });
    expect(await setting.engine.state(container)).toMatchObject({ running: true });
  });
});

test('a bomb of processes goes off inside its limit', async () => {
  const resources = { cpus: undefined, memoryBytes: undefined, pids: 16, gpus: 'none' } as const;
  const started = performance.now();
  await run(['sh', '-c', 'for n in $(seq 100); do sleep 1 & done; wait'], { resources });
  expect(performance.now() - started).toBeLessThan(30_000);
});
