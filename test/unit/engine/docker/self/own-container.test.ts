import { describe, expect, test } from 'vitest';
import { candidatesOf } from '../../../../../src/engine/docker/self/candidates.ts';
import type { SelfFacts } from '../../../../../src/engine/docker/self/facts.ts';
import type { SelfInspected } from '../../../../../src/engine/docker/self/inspected.ts';
import { isSameLayer, mountLines, ownRoot } from '../../../../../src/engine/docker/self/mountinfo.ts';
import { ownMounts } from '../../../../../src/engine/docker/self/own-mounts.ts';
import { signsOf } from '../../../../../src/engine/docker/self/signs.ts';

const id = 'a'.repeat(64);
const other = 'b'.repeat(64);
const overlay = `100 70 0:39 / / rw,relatime - overlay overlay rw,lowerdir=/d/l/A:/d/l/B,upperdir=/d/overlay2/feed/diff,workdir=/d/overlay2/feed/work`;
const files = (content: Readonly<Record<string, string>>, around: Partial<SelfFacts> = {}): SelfFacts => ({
  environment: {},
  readFile: (file) => content[file],
  hostname: () => 'build-agent',
  exists: () => false,
  ...around,
});
const mountinfo = (...lines: string[]) => ({ '/proc/self/mountinfo': lines.join('\n') });

describe('signs of a container', () => {
  test.each<[string, SelfFacts, string | undefined]>([
    ['none on a machine', files(mountinfo('27 1 254:0 / / rw - ext4 /dev/vda rw')), undefined],
    ['none where only the root is an overlay', files(mountinfo(overlay)), undefined],
    [
      'none where resolv.conf is somebody’s mount',
      files(mountinfo('5 1 0:1 /wsl/resolv.conf /etc/resolv.conf rw - tmpfs t rw')),
      undefined,
    ],
    ['Docker by its file', files({}, { exists: (path) => path === '/.dockerenv' }), 'in a Docker container'],
    [
      'Docker by its mounts',
      files(mountinfo(`5 1 8:1 /docker/containers/${id}/hosts /etc/hosts rw - ext4 /dev/vda rw`)),
      'in a Docker container',
    ],
    ['Podman', files({}, { exists: (path) => path === '/run/.containerenv' }), 'in a Podman container'],
    [
      'Kubernetes',
      files(mountinfo('5 1 8:1 /var/lib/kubelet/pods/1-2/etc-hosts /etc/hosts rw - ext4 /dev/vda rw'), {
        environment: { KUBERNETES_SERVICE_HOST: '10.0.0.1' },
      }),
      'in a Kubernetes pod',
    ],
    [
      'no pod where only the variable was handed on',
      files(mountinfo('27 1 254:0 / / rw - ext4 /dev/vda rw'), { environment: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }),
      undefined,
    ],
  ])('%s', (_, facts, expected) => expect(signsOf(facts)).toBe(expected));
});

describe('guesses', () => {
  const guesses = (content: Record<string, string>, hostname = 'build-agent') =>
    Object.fromEntries(candidatesOf(files(content, { hostname: () => hostname })).map(({ method, name }) => [method, name]));

  test.each<[string, Record<string, string>, Record<string, string | undefined>]>([
    ['of cgroup v1', { '/proc/self/cgroup': `9:name=systemd:/docker/${id}\n0::/docker/${id}\n` }, { cgroup: id }],
    ['of systemd slices', { '/proc/self/cgroup': `0::/system.slice/docker-${id}.scope\n` }, { cgroup: id }],
    ['of a pod, the innermost', { '/proc/self/cgroup': `0::/kubepods/pod1/${other}/docker/${id}\n` }, { cgroup: id }],
    ['of a cgroup namespace: none', { '/proc/self/cgroup': '0::/\n' }, { cgroup: undefined }],
    ['of longer numbers: none', { '/proc/self/cgroup': `0::/${id}${id}\n` }, { cgroup: undefined }],
    ['of mountinfo', mountinfo(`124 102 254:0 /x/containers/${id}/hostname /etc/hostname rw - ext4 /dev/vda rw`), { mountinfo: id }],
    [
      'of Podman’s mountinfo',
      mountinfo(`124 102 0:25 /containers/overlay-containers/${id}/userdata/hostname /etc/hostname rw - tmpfs tmpfs rw`),
      { mountinfo: id },
    ],
    [
      'of a file of one’s own over it: none',
      mountinfo('124 102 254:0 /srv/hostname /etc/hostname rw - ext4 /dev/vda rw'),
      { mountinfo: undefined },
    ],
  ])('%s', (_, content, expected) => expect(guesses(content)).toMatchObject(expected));

  test('are made of the host name only where it can be one of a container', () => {
    expect(guesses({}, '3f2a9c0d1e4b')['hostname']).toBe('3f2a9c0d1e4b');
    expect(guesses({}, '../images')['hostname']).toBeUndefined();
  });
});

describe('the writable layer', () => {
  test('is the one of the last root', () => {
    const lines = mountLines(['1 0 0:1 / / rw - rootfs rootfs rw', overlay].join('\n'));
    expect(ownRoot(lines)).toEqual({ upper: '/d/overlay2/feed/diff', isPart: false });
    expect(ownRoot(mountLines('27 1 254:0 / / rw - ext4 /dev/vda rw'))).toEqual({ upper: undefined, isPart: false });
  });

  test('is not that of a container in whose folder another root was made', () => {
    expect(ownRoot(mountLines(overlay.replace(' / / ', ' /rootfs / ')))).toMatchObject({ isPart: true });
  });

  test('is known by its name, whatever the folder around it is called from where it was mounted', () => {
    expect(isSameLayer('feed/diff', '/var/lib/docker/overlay2/feed/diff')).toBe(true);
    expect(isSameLayer('/d/overlay2/feed/diff', '/d/overlay2/feet/diff')).toBe(false);
  });
});

describe('own mounts', () => {
  const own = (changes: Partial<SelfInspected>): SelfInspected => ({
    apiVersion: '1.45',
    Id: id,
    Name: '/agent',
    Image: 'i',
    Mounts: [],
    HostConfig: {},
    ...changes,
  });
  const line = (point: string, fileSystem = 'ext4') => `9 1 8:1 / ${point} rw - ${fileSystem} x rw`;
  const bound = { Type: 'bind', Source: '/srv/x', Destination: '/x', RW: false };

  test('come from the daemon, with what the kernel mounts below them', () => {
    const lines = mountLines([line('/x'), line('/x/disk'), line('/x/proc', 'proc'), line('/elsewhere')].join('\n'));
    expect(ownMounts(own({ Mounts: [bound] }), lines, (path) => path)).toEqual([
      { destination: '/x', readOnly: true, from: { type: 'bind', daemonPath: '/srv/x' } },
      { destination: '/x/disk', readOnly: false, from: { type: 'unlisted' } },
    ]);
  });

  test('are left out where somebody took them away', () => {
    expect(ownMounts(own({ Mounts: [bound] }), mountLines(line('/y')), (path) => path)).toEqual([]);
  });

  test('are where their destination leads, spaces and links included', () => {
    const mounts = [{ Type: 'volume', Name: 'v', Source: '/data/v', Destination: '/var/run/a b', Driver: 'local', RW: true }];
    const found = ownMounts(own({ Mounts: mounts }), mountLines(line('/run/a\\040b')), (path) => path.replace('/var/run', '/run'));
    expect(found).toEqual([
      { destination: '/run/a b', readOnly: false, from: { type: 'volume', volume: 'v', subpath: '', daemonPath: '/data/v' } },
    ]);
  });

  test('know the part of a volume, and memory', () => {
    const HostConfig = { Tmpfs: { '/m': '' }, Mounts: [{ Target: '/v', VolumeOptions: { Subpath: 'a/b' } }] };
    const Mounts = [{ Type: 'volume', Name: 'v', Source: '/nfs', Destination: '/v', Driver: 'nfs', RW: true }];
    expect(ownMounts(own({ Mounts, HostConfig }), mountLines([line('/v'), line('/m', 'tmpfs')].join('\n')), (path) => path)).toEqual([
      { destination: '/v', readOnly: false, from: { type: 'volume', volume: 'v', subpath: 'a/b', daemonPath: undefined } },
      { destination: '/m', readOnly: false, from: { type: 'tmpfs' } },
    ]);
  });
});
