import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { LABEL } from '../../src/plan/names.ts';
import { Setting } from '../contract/setting.ts';
import { connected } from './support/connected.ts';
import { createdWith, said } from './support/containers.ts';

const setting = new Setting(connected());
afterEach(() => setting.removeAll());

async function network(): Promise<string> {
  const name = setting.name();
  await setting.engine.createNetwork({ name, labels: setting.labels });
  return name;
}

describe('a network of the run', () => {
  test('lets containers find each other by name, and shares a namespace as a pod does', async () => {
    const name = await network();
    const server = 'echo hello >/index.html; exec httpd -f -p 8080';
    const db = await createdWith(setting, ['sh', '-c', server], { network: { type: 'network', name, aliases: ['db'] } });
    await setting.engine.start(db, { onOutput: () => {} });
    const over = { image: 'debian:bookworm', network: { type: 'network', name, aliases: [] } } as const;
    const ask = 'exec 3<>/dev/tcp/db/8080; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; tail -n 1 <&3';
    expect(await said(setting, `sleep 0.5; bash -c '${ask}'`, over)).toEqual({ code: 0, text: 'hello\n' });
    const shared = { network: { type: 'container', container: db }, hostname: 'ignored' } as const;
    expect(await said(setting, 'wget -qO- http://127.0.0.1:8080/', shared)).toEqual({ code: 0, text: 'hello\n' });
  });

  test('40 of them fit on one daemon', async () => {
    const names = await Promise.all(Array.from({ length: 40 }, network));
    expect(new Set(names).size).toBe(40);
    expect(await setting.left()).toHaveLength(40);
    await Promise.all(names.map((name) => setting.engine.removeNetwork(name)));
    expect(await setting.left()).toEqual([]);
  });

  test('goes when its containers go at the same time', async () => {
    const name = await network();
    const container = await setting.started('resists', { network: { type: 'network', name, aliases: [] } });
    await Promise.all([setting.engine.removeNetwork(name), setting.engine.removeContainer(container)]);
    expect(await setting.left()).toEqual([]);
  });

  test('goes while somebody else is in it, who goes on without it', async () => {
    const name = setting.name();
    await setting.engine.createNetwork({ name, labels: { ...setting.labels, [LABEL.run]: name } });
    const guest = `${name}-guest`;
    execFileSync('docker', ['run', '--detach', '--name', guest, 'busybox:1', 'sleep', '600']);
    onTestFinished(() => void execFileSync('docker', ['rm', '--force', guest]));
    execFileSync('docker', ['network', 'connect', name, guest]);
    await setting.engine.removeNetwork(name);
    expect(await setting.left()).toEqual([]);
    const format = '{{.State.Status}} {{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}';
    expect(execFileSync('docker', ['inspect', '--format', format, guest], { encoding: 'utf8' })).toBe('running bridge\n');
  });
});
