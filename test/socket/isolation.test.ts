import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Guarded, guarded } from './support/guarded.ts';

let mine: Guarded;
let theirs: Guarded;
const name = (part: string): string => `${theirs.plan.run.slice(-8)}-${part}`;
beforeAll(async () => {
  [mine, theirs] = await Promise.all([guarded(), guarded()]);
  await theirs.docker('run', '-d', '--name', name('c'), '-v', `${name('v')}:/v`, 'busybox:1', 'sleep', '600');
  await theirs.docker('network', 'create', name('n'));
  await theirs.docker('tag', 'busybox:1', name('i'));
  await theirs.docker('commit', name('c'), `${name('own')}:1`);
});
afterAll(async () => {
  expect(await mine.end()).toEqual([]);
  expect(await theirs.end()).toEqual([]);
});

describe('what another run made', () => {
  test('is in no list', async () => {
    const lists = [
      ['ps', '-aq'],
      ['volume', 'ls', '-q'],
      ['network', 'ls', '--format', '{{.Name}}'],
      ['images', '--format', '{{.Repository}}'],
      ['system', 'df', '-v'],
    ];
    const said = await Promise.all(lists.map(async (args) => (await mine.docker(...args)).stdout));
    for (const part of ['c', 'v', 'n', 'own']) expect(said.join('\n')).not.toContain(name(part));
    expect(said[0]).toBe('');
  });

  test.each([
    ['inspect', 'c'],
    ['logs', 'c'],
    ['exec', 'c', 'true'],
    ['cp', 'c:/etc/passwd', '-'],
    ['rm', '-v', 'c'],
    ['stop', 'c'],
    ['commit', 'c', 'stolen'],
    ['run', '--rm', '--network', 'container:c', 'busybox:1', 'true'],
    ['run', '--rm', '--pid', 'container:c', 'busybox:1', 'true'],
    ['run', '--rm', '--volumes-from', 'c', 'busybox:1', 'true'],
    ['run', '--rm', '-v', 'v:/v', 'busybox:1', 'true'],
    ['run', '--rm', '--mount', 'type=volume,source=v,target=/v', 'busybox:1', 'true'],
    ['run', '--rm', '--network', 'n', 'busybox:1', 'true'],
    ['run', '--rm', 'own:1', 'true'],
    ['volume', 'inspect', 'v'],
    ['volume', 'create', 'v'],
    ['volume', 'rm', '-f', 'v'],
    ['network', 'inspect', 'n'],
    ['network', 'create', 'n'],
    ['network', 'rm', 'n'],
    ['image', 'inspect', 'own:1'],
    ['rmi', 'own:1'],
    ['rmi', '-f', 'i'],
    ['save', 'own:1'],
    ['push', 'own:1'],
    ['push', '--all-tags', 'own'],
    ['tag', 'busybox:1', 'own:1'],
  ])('can not be had by docker %s %s %s', async (...args) => {
    const known = ['c', 'v', 'n', 'i', 'own', 'own:1'];
    const said = args.map((word) =>
      word.replace(/(?<=^|container:)(c|v|n|i|own(?::1)?)(?=$|:)/, (short) => (known.includes(short) ? name(short) : short)),
    );
    expect((await mine.docker(...said)).code).not.toBe(0);
  });

  test('is still there, and its names can not be taken', async () => {
    const { code, stderr } = await mine.docker('create', '--name', name('c'), 'busybox:1', 'true');
    expect(code).not.toBe(0);
    expect(stderr).toContain('two runs on one daemon');
    expect(await theirs.left()).toEqual(
      expect.arrayContaining([`container ${name('c')}`, `network ${name('n')}`, `volume ${name('v')}`, `image ${name('own')}:1`]),
    );
    expect((await theirs.docker('image', 'inspect', name('i'))).code).toBe(0);
    expect((await theirs.docker('exec', name('c'), 'true')).code).toBe(0);
  });

  test('survives every prune', async () => {
    for (const args of [
      ['container', 'prune', '-f'],
      ['network', 'prune', '-f'],
      ['volume', 'prune', '-af'],
      ['image', 'prune', '-af'],
    ])
      await mine.docker(...args);
    expect((await theirs.docker('network', 'inspect', name('n'))).code).toBe(0);
    expect((await theirs.docker('image', 'inspect', name('i'))).code).toBe(0);
  });
});

describe('what reaches the machine', () => {
  test.each([
    [['--privileged'], 'privileged'],
    [['--cap-add', 'SYS_ADMIN'], 'capabilities'],
    [['--device', '/dev/null'], 'devices'],
    [['--pid', 'host'], 'privileged'],
    [['--ipc', 'host'], 'privileged'],
    [['--userns', 'host'], 'privileged'],
    [['--uts', 'host'], 'host-network'],
    [['--network', 'host'], 'host-network'],
    [['--security-opt', 'seccomp=unconfined'], 'privileged'],
    [['--security-opt', 'systempaths=unconfined'], 'privileged'],
    [['--sysctl', 'net.ipv4.ip_forward=1'], 'privileged'],
    [['--cgroup-parent', '/x'], 'privileged'],
    [['--cgroupns', 'host'], 'privileged'],
    [['--runtime', 'other'], 'privileged'],
    [['-v', '/:/host'], 'host-mounts'],
    [['-v', '/workspace/../etc:/host'], 'host-mounts'],
    [['--mount', 'type=volume,target=/h,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/'], 'host-mounts'],
    [['--gpus', 'all'], 'devices'],
    [['--log-driver', 'syslog'], 'privileged'],
  ])('docker run %s is refused, and says by which key', async (args, key) => {
    const { code, stderr } = await mine.docker('run', '--rm', ...args, 'busybox:1', 'true');
    expect({ code, stderr }).toEqual({ code: 125, stderr: expect.stringContaining(`\`${key}\` would allow it`) });
  });

  test('is had where the policy allows it', async () => {
    const trusted = await guarded({ allowed: ['privileged', 'host-mounts', 'capabilities'] });
    expect(
      (await trusted.docker('run', '--rm', '--privileged', '-v', '/proc:/h:ro', '--pid', 'host', 'busybox:1', 'cat', '/h/1/comm')).code,
    ).toBe(0);
    expect(await trusted.end()).toEqual([]);
  });
});

test('the files of the workspace outlive the volumes by which they were mounted', async () => {
  await mkdir(path.join(mine.workspace, 'kept'));
  await writeFile(path.join(mine.workspace, 'kept/file'), 'x');
  await mine.docker('run', '--rm', '-v', '/workspace/kept:/w', 'busybox:1', 'true');
  for (const volume of (await mine.left()).filter((one) => /^volume .*-bind-/.test(one)))
    await mine.docker('volume', 'rm', volume.replace('volume ', ''));
  expect(await readdir(path.join(mine.workspace, 'kept'))).toEqual(['file']);
});
