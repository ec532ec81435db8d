import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Upload } from '../../src/plan/plan.ts';
import { Setting } from '../contract/setting.ts';
import { connected } from './support/connected.ts';
import { createdWith, said } from './support/containers.ts';

const setting = new Setting(connected());
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'docker-files-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await setting.removeAll();
});

const upload = (over: Partial<Extract<Upload, { type: 'folder' }>> = {}): Upload => ({
  type: 'folder',
  hostPath: folder,
  target: '/workspace',
  exclude: [],
  owner: { uid: 1000, gid: 1000 },
  ...over,
});

describe('a folder in a container', () => {
  test('has the modes, times and links it had, and belongs to the user', async () => {
    await mkdir(path.join(folder, 'bin'));
    await writeFile(path.join(folder, 'bin/tool'), '#!/bin/sh\necho ran\n');
    await chmod(path.join(folder, 'bin/tool'), 0o751);
    await utimes(path.join(folder, 'bin/tool'), 1_000_000_000, 1_000_000_000.25);
    await symlink('bin/tool', path.join(folder, 'link'));
    await symlink('/nowhere', path.join(folder, 'dangling'));
    await writeFile(path.join(folder, 'ünï cödé'), '');
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    const script =
      'cd /workspace; stat -c "%n %a %u:%g" . bin bin/tool; stat -c %y bin/tool; readlink link dangling; ./link; ls; touch new';
    const { text, code } = await said(setting, script, { uploads: [upload()], user: '1000:1000', image: 'debian:bookworm' });
    expect(text.split('\n')).toEqual([
      '. 700 1000:1000',
      'bin 755 1000:1000',
      'bin/tool 751 1000:1000',
      '2001-09-09 01:46:40.250000000 +0000',
      'bin/tool',
      '/nowhere',
      'ran',
      'bin',
      'dangling',
      'link',
      'ünï cödé',
      '',
    ]);
    expect(code).toBe(0);
  });

  test('leaves out what is excluded, and brings back what is taken back', async () => {
    for (const file of ['a.log', 'src/b.log', 'src/main.c', 'node_modules/x/y.js', 'node_modules/keep/z.js']) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), file);
    }
    const exclude = ['**/*.log', 'node_modules', '!node_modules/keep'];
    const { text } = await said(setting, 'cd /workspace; find . | sort', { uploads: [upload({ exclude })] });
    expect(text.trim().split('\n')).toEqual([
      '.',
      './node_modules',
      './node_modules/keep',
      './node_modules/keep/z.js',
      './src',
      './src/main.c',
    ]);
  });

  test('fills a volume, which then belongs to the user', async () => {
    await writeFile(path.join(folder, 'file'), 'content');
    const volume = setting.name();
    await setting.engine.createVolume({ name: volume, labels: setting.labels });
    const mounts = [{ type: 'volume', volume, target: '/workspace', readOnly: false }] as const;
    await createdWith(setting, ['true'], { mounts, uploads: [upload()] });
    const script = 'cat /workspace/file; touch /workspace/new && stat -c %u /workspace';
    expect(await said(setting, script, { mounts, user: '1000:1000' })).toEqual({ code: 0, text: 'content1000\n' });
  });

  test('may be big: it is streamed', async () => {
    await writeFile(path.join(folder, 'big'), '');
    await truncate(path.join(folder, 'big'), 150 * 2 ** 20);
    const before = process.memoryUsage().rss;
    const { text } = await said(setting, 'stat -c %s /workspace/big', { uploads: [upload()] });
    expect(text).toBe(`${150 * 2 ** 20}\n`);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  test('that is not there is told', async () => {
    const gone = path.join(folder, 'gone');
    await expect(createdWith(setting, ['true'], { uploads: [upload({ hostPath: gone })] })).rejects.toMatchObject({
      code: 'mount.missing',
      message: `${gone} cannot be copied into the container`,
    });
  });
});

describe('the caller in a container', () => {
  const identity = { type: 'identity', uid: 4711, gid: 4711, groups: [4711, 27, 998], userName: 'alice', home: '/home/alice' } as const;
  const asAlice = { uploads: [identity], user: '4711:4711', groups: [27, 998], env: { HOME: '/home/alice' } } as const;

  test('has a name, all groups with names, and a home of its own', async () => {
    const script = 'whoami; id -un; id -Gn; cd ~ && touch file && stat -c "%U %a" .; getent passwd root | cut -d: -f1';
    expect(await said(setting, script, { ...asAlice, image: 'debian:bookworm' })).toEqual({
      code: 0,
      text: 'alice\nalice\nalice sudo g998\nalice 700\nroot\n',
    });
  });

  test('has them also in an image with hardly any files', async () => {
    expect(await said(setting, 'whoami; touch ~/file', asAlice)).toEqual({ code: 0, text: 'alice\n' });
  });

  test('cannot be brought into a read-only container, which says what to do', async () => {
    await expect(createdWith(setting, ['true'], { ...asAlice, readOnly: true })).rejects.toMatchObject({
      code: 'docker.failed',
      hint: expect.stringContaining('identity: image'),
    });
  });
});
