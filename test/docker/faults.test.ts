import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { calm, Setting } from '../contract/setting.ts';
import { type ScriptedDaemon, scriptedDaemon } from '../support/scripted-daemon.ts';
import { connected, socketOfTests } from './support/connected.ts';

const direct = new Setting(connected());
let daemon: ScriptedDaemon;
let setting: Setting;
beforeEach(async () => {
  daemon = await scriptedDaemon(socketOfTests());
  setting = new Setting(connected({ DOCKER_HOST: daemon.url }));
});
afterEach(async () => {
  for (const { resource } of await direct.engine.labelled(...setting.label)) {
    if (resource.kind === 'container') await direct.engine.removeContainer(resource.name);
    if (resource.kind === 'network') await direct.engine.removeNetwork(resource.name);
  }
  await daemon.close();
});

describe('between the runner and the daemon', () => {
  test('nothing changes what goes through unharmed', async () => {
    expect(await setting.run('fails')).toEqual({ exit: { code: 3, oomKilled: false }, stdout: 'out\n', stderr: 'err\n' });
    const holder = await setting.started('sleeps');
    expect(await setting.exec(holder, 'repeats', { stdin: Buffer.from('x') })).toMatchObject({ stdout: 'x' });
    expect((await setting.exec(holder, 'sleeps', { signal: AbortSignal.timeout(500) })).exit.code).toBe(137);
  });

  test('an answer that is lost is an error, and what was made is removed by its name', async () => {
    daemon.rule({ method: 'POST', path: /containers\/create/, times: 1, fault: { type: 'lose-answer' } });
    const plan = setting.plan('quiet');
    const creation = setting.engine.create(plan, { onProgress: () => {}, signal: new AbortController().signal });
    await expect(creation).rejects.toMatchObject({ code: 'docker.gone' });
    expect(await setting.left()).toEqual([plan.name]);
    await setting.engine.removeContainer(plan.name);
    expect(await setting.left()).toEqual([]);
  });

  test('a start whose answer is lost is an error, not a hang', async () => {
    daemon.rule({ method: 'POST', path: /start/, times: 1, fault: { type: 'lose-answer' } });
    const name = await setting.created('sleeps');
    await expect(
      setting.engine.run(
        name,
        calm(() => {}),
      ),
    ).rejects.toMatchObject({ code: 'docker.gone' });
  });

  test.each([/attach/, /wait/])('a connection that breaks off while a container runs is an error (%s)', async (path) => {
    daemon.rule({ method: 'POST', path, times: 1, fault: { type: 'break-off', afterMs: 700 } });
    const name = await setting.created('sleeps');
    await expect(
      setting.engine.run(
        name,
        calm(() => {}),
      ),
    ).rejects.toMatchObject({ code: 'docker.gone' });
  });

  test('a kill that is refused is an error, not a hang', async () => {
    daemon.rule({ method: 'POST', path: /kill/, fault: { type: 'answer', status: 500, body: { message: 'cannot kill container' } } });
    const name = await setting.created('sleeps');
    const run = setting.engine.run(name, { ...calm(() => {}), signal: AbortSignal.timeout(500) });
    await expect(run).rejects.toMatchObject({ code: 'docker.failed', message: `Docker could not kill container ${name}` });
  });

  test('a slow daemon is waited for', async () => {
    daemon.rule({ path: /containers\/create|start|wait|attach/, fault: { type: 'delay', ms: 300 } });
    expect((await setting.run('fails')).exit.code).toBe(3);
  });

  test('a removal whose answer is lost can be asked for again', async () => {
    const name = await setting.created('quiet');
    daemon.rule({ method: 'DELETE', path: /./, times: 1, fault: { type: 'lose-answer' } });
    await expect(setting.engine.removeContainer(name)).rejects.toMatchObject({ code: 'docker.gone' });
    await setting.engine.removeContainer(name);
    expect(await setting.left()).toEqual([]);
  });
});

test('a container without init may close its output and go on', async () => {
  const command = ['sh', '-c', 'exec >&- 2>&-; sleep 6; exit 4'];
  const name = await direct.created('quiet', { command, init: false });
  expect(
    await direct.engine.run(
      name,
      calm(() => {}),
    ),
  ).toMatchObject({ code: 4 });
  await direct.removeAll();
});
