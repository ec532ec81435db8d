import { expect, test } from 'vitest';
import { signsOf } from '../../../../../src/engine/docker/self/signs.ts';

const root = (rootOf: string, type: string): string => `27 1 254:0 ${rootOf} / rw,relatime - ${type} /dev/vda rw\n`;
const signs = (mountinfo: string, files: readonly string[], environment = {}) =>
  signsOf({
    environment,
    hostname: () => 'machine',
    exists: (file) => files.includes(file),
    readFile: (file) => (file === '/proc/self/mountinfo' ? mountinfo : undefined),
  });

test('a machine is a machine', () => expect(signs(root('/', 'ext4'), [])).toBeUndefined());

test('a machine that was made from a container’s image is one all the same', () =>
  expect(signs(root('/', 'ext4'), ['/.dockerenv'])).toBeUndefined());

test.each([
  ['overlay2', root('/', 'overlay')],
  ['vfs', root('/var/lib/docker/vfs/dir/0a1b', 'ext4')],
  ['btrfs', root('/docker/btrfs/subvolumes/0a1b', 'btrfs')],
  ['zfs', root('/', 'zfs')],
])('a container is known by its file, whatever it is stored on: %s', (_, mountinfo) =>
  expect(signs(mountinfo, ['/.dockerenv'])).toBe('in a Docker container'),
);

test('a container without that file is known by what is mounted over /etc', () =>
  expect(signs(`${root('/', 'ext4')}30 27 254:0 /containers/${'0'.repeat(64)}/hostname /etc/hostname rw - ext4 /dev/vda rw\n`, [])).toBe(
    'in a Docker container',
  ));

test('Podman and Kubernetes leave other traces', () => {
  expect(signs(root('/', 'overlay'), ['/run/.containerenv'])).toBe('in a Podman container');
  const pod = '30 27 254:0 /var/lib/kubelet/pods/1/etc-hosts /etc/hosts rw - ext4 /dev/vda rw\n';
  expect(signs(root('/', 'overlay') + pod, [], { KUBERNETES_SERVICE_HOST: '10.0.0.1' })).toBe('in a Kubernetes pod');
});
