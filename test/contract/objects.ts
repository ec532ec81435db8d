import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { CONTRACT_LABEL, type Setting } from './setting.ts';

/** What creating, removing and finding promise. */
export function objectPromises(setting: () => Setting): void {
  test('removing what does not exist is fine, for every kind', async () => {
    const { engine } = setting();
    await engine.removeContainer(setting().name());
    await engine.removeNetwork(setting().name());
    await engine.removeVolume(setting().name());
    await engine.removeImage(`${setting().name()}:1`);
  });

  test('a running container is removed, by three at a time', async () => {
    const name = await setting().started('resists');
    await Promise.all([1, 2, 3].map(() => setting().engine.removeContainer(name)));
    expect(await setting().left()).toEqual([]);
  });

  test('a name is given once', async () => {
    const plan = setting().plan('quiet');
    const options = { onProgress: () => {}, signal: new AbortController().signal };
    await setting().engine.create(plan, options);
    await expect(setting().engine.create(plan, options)).rejects.toMatchObject({ code: 'docker.failed' });
  });

  test('a creation takes no notice of an abort', async () => {
    const plan = setting().plan('quiet');
    await setting().engine.create(plan, { onProgress: () => {}, signal: AbortSignal.abort() });
    expect(await setting().left()).toEqual([plan.name]);
  });

  test.each(['missing', 'never', 'always'] as const)('an image that is neither here nor to be had is missing (pull: %s)', async (pull) => {
    const plan = { image: 'runner.invalid/no-such-image:1', pull };
    await expect(setting().created('quiet', plan)).rejects.toMatchObject({ code: 'image.missing' });
    expect(await setting().left()).toEqual([]);
  });

  test('a volume may be created twice, and is not removed under a container', async () => {
    const { engine, labels } = setting();
    const volume = { name: setting().name(), labels };
    await engine.createVolume(volume);
    await engine.createVolume(volume);
    const mounts = [{ type: 'volume', volume: volume.name, target: '/v', readOnly: false }] as const;
    const container = await setting().created('quiet', { mounts });
    await expect(engine.removeVolume(volume.name)).rejects.toMatchObject({ code: 'docker.failed' });
    await engine.removeContainer(container);
    await engine.removeVolume(volume.name);
    expect(await setting().left()).toEqual([]);
  });

  test('a container on a network has an address there, one without has none', async () => {
    const { engine, labels } = setting();
    const network = { name: setting().name(), labels };
    await engine.createNetwork(network);
    const name = await setting().started('sleeps', { network: { type: 'network', name: network.name, aliases: ['db'] } });
    expect(await engine.addressOf(name)).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(await engine.addressOf(await setting().started('sleeps'))).toBeUndefined();
    await engine.removeContainer(name);
    await engine.removeNetwork(network.name);
  });

  test('a network goes beside its containers once they were taken out of it, which another container in it prevents', async () => {
    const { engine, labels } = setting();
    const network = { name: setting().name(), labels };
    await engine.createNetwork(network);
    const plan = { network: { type: 'network', name: network.name, aliases: [] } } as const;
    const [one, other] = [await setting().started('sleeps', plan), await setting().started('sleeps', plan)];
    expect(await engine.emptyNetwork(network.name, new Set([one]))).toBe(false);
    expect(await engine.emptyNetwork(network.name, new Set([one, other, setting().name()]))).toBe(true);
    await engine.removeNetwork(network.name);
    expect(await setting().left()).toEqual([one, other].toSorted());
    await Promise.all([one, other].map((name) => engine.removeContainer(name)));
  });

  test('what carries a label is found by it, in whatever state; what does not is not', async () => {
    const { engine, labels } = setting();
    const [network, volume] = [setting().name(), setting().name()];
    const containers = [await setting().created('quiet'), await setting().started('sleeps')];
    await engine.createNetwork({ name: network, labels });
    await engine.createVolume({ name: volume, labels });
    const made = [...containers, network, volume];
    expect(await setting().left()).toEqual(made.toSorted());
    expect(await engine.labelled(CONTRACT_LABEL, `${setting().id}x`)).toEqual([]);
    expect((await engine.labelled(...setting().label, ['volume', 'folder'])).map(({ resource }) => resource.name)).toEqual([volume]);
    for (const found of [await engine.labelled(CONTRACT_LABEL), await engine.listAll()])
      expect(found.map(({ resource }) => resource.name)).toEqual(expect.arrayContaining(made));
    expect((await engine.volumeSizes(CONTRACT_LABEL)).get(volume)).toBeGreaterThanOrEqual(0);
  });

  test('a state tells how a container ended', async () => {
    const name = await setting().created('fails');
    expect(await setting().engine.state(name)).toMatchObject({ running: false });
    await (await setting().engine.start(name, { onOutput: () => {} })).ended;
    expect(await setting().engine.state(name)).toEqual({ running: false, exit: { code: 3, oomKilled: false } });
    await expect(setting().engine.state(setting().name())).rejects.toMatchObject({ code: 'docker.failed' });
  });

  test('what a stopped container wrote can be read; a path that is not there is no error, a container is', async () => {
    const name = await setting().created('writes');
    await (await setting().engine.start(name, { onOutput: () => {} })).ended;
    const tar = await setting().engine.download(name, '/out');
    expect((await buffer(tar!)).toString()).toMatch(/out\/deep\/file.*one\n/s);
    expect(await setting().engine.download(name, '/nowhere')).toBeUndefined();
    await expect(setting().engine.download(setting().name(), '/out')).rejects.toMatchObject({ code: 'docker.failed' });
    expect(JSON.stringify(await setting().engine.inspect(name))).toContain(name);
  });

  test('a daemon describes itself', async () => {
    const { version, cpus } = await setting().engine.describe();
    expect(version).toMatch(/^\d+\.\d+/);
    expect(cpus).toBeGreaterThan(0);
  });
}
