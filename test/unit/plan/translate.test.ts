import { describe, expect, test } from 'vitest';
import type { MountOrigin, OwnMount, PathMap } from '../../../src/plan/paths.ts';
import { daemonMounts, doubtfulBelow, type Reach, reachOf } from '../../../src/plan/translate.ts';

const at = (destination: string, from: MountOrigin, readOnly = false): OwnMount => ({ destination, readOnly, from });
const bind = (daemonPath: string): MountOrigin => ({ type: 'bind', daemonPath });
const volume = (name: string, subpath = ''): MountOrigin => ({ type: 'volume', volume: name, subpath, daemonPath: `/data/${name}` });

const MOUNTS: readonly OwnMount[] = [
  at('/work', bind('/srv/work')),
  at('/work/cache', volume('npm')),
  at('/work/cache/deep', bind('/srv/deep'), true),
  at('/workspace', bind('/srv/other')),
  at('/ro', bind('/srv/ro'), true),
  at('/vol', volume('builds')),
  at('/part', volume('builds', 'a/b')),
  at('/nfs', { type: 'volume', volume: 'far', subpath: '', daemonPath: undefined }),
  at('/tmp', { type: 'tmpfs' }),
  at('/mixed', bind('/srv/mixed')),
  at('/mixed/memory', { type: 'tmpfs' }),
  at('/carried', bind('/srv/carried')),
  at('/carried/disk', { type: 'unlisted' }),
  at('/file.txt', bind('/srv/file.txt')),
];

const inContainer = (real: Record<string, string>, mountsParts = true): PathMap => ({
  seen: 'container',
  container: { id: 'f00', name: 'agent', image: 'sha256:1', mounts: MOUNTS, mountsParts },
  daemon: 'f00',
  real,
});

interface Asked {
  readonly readOnly?: boolean;
  readonly hostPaths?: Record<string, string>;
  readonly real?: string;
  readonly parts?: boolean;
}

function reach(hostPath: string, { readOnly = false, hostPaths = {}, real = hostPath, parts = true }: Asked = {}): Reach {
  return reachOf({ hostPath, target: '/t', readOnly }, { paths: inContainer({ [hostPath]: real }, parts), hostPaths });
}

/** `target ← what the daemon mounts`, with ` ro`. */
function shown(found: Reach): readonly string[] | string {
  if ('refused' in found) return found.refused;
  return found.mounts.map((mount) => {
    const source = mount.type === 'bind' ? mount.daemonPath : mount.type === 'volume' ? `${mount.volume}:${mount.subpath ?? ''}` : '';
    return `${mount.target} ← ${source}${mount.type !== 'tmpfs' && mount.readOnly ? ' ro' : ''}`;
  });
}

describe('a path of a runner in a container', () => {
  test.each<[string, string, Asked, readonly string[]]>([
    ['a bind mount itself', '/workspace', {}, ['/t ← /srv/other']],
    ['a folder below it', '/workspace/a/b', {}, ['/t ← /srv/other/a/b']],
    ['a name that only begins like a mount', '/workspace', {}, ['/t ← /srv/other']],
    ['a mount with others in it, the outer first', '/work', {}, ['/t ← /srv/work', '/t/cache ← npm:', '/t/cache/deep ← /srv/deep ro']],
    ['a folder beside the inner mounts', '/work/src', {}, ['/t ← /srv/work/src']],
    ['the deeper of two mounts', '/work/cache/x', {}, ['/t ← npm:x']],
    ['an inner mount with one in it', '/work/cache', {}, ['/t ← npm:', '/t/deep ← /srv/deep ro']],
    ['a read-only mount, which stays so', '/ro/x', {}, ['/t ← /srv/ro/x ro']],
    ['a mount that is to be read-only', '/workspace', { readOnly: true }, ['/t ← /srv/other ro']],
    ['all of a volume', '/vol', {}, ['/t ← builds:']],
    ['a part of a volume', '/vol/x/y', {}, ['/t ← builds:x/y']],
    ['a part of a part', '/part/c', {}, ['/t ← builds:a/b/c']],
    ['the part itself', '/part', {}, ['/t ← builds:a/b']],
    ['a part, for a daemon that only mounts whole volumes', '/vol/x', { parts: false }, ['/t ← /data/builds/x']],
    ['a whole volume, for such a daemon', '/vol', { parts: false }, ['/t ← builds:']],
    ['a link into a mount', '/home/me/ws', { real: '/work/src' }, ['/t ← /srv/work/src']],
    ['a single file', '/file.txt', {}, ['/t ← /srv/file.txt']],
    ['a folder with a mount of the daemon’s machine in it', '/carried', {}, ['/t ← /srv/carried']],
    ['a path that is named by hand', '/opt/x', { hostPaths: { '/opt': '/srv/opt' } }, ['/t ← /srv/opt/x']],
    ['a path by hand over a mount', '/work/x', { hostPaths: { '/work': '/elsewhere' } }, ['/t ← /elsewhere/x']],
    ['the longest of two by hand', '/a/b/c', { hostPaths: { '/a': '/1', '/a/b': '/2' } }, ['/t ← /2/c']],
    ['by hand with a slash at the end', '/a/b', { hostPaths: { '/a/': '/1/' } }, ['/t ← /1/b']],
    ['all by hand', '/a/b', { hostPaths: { '/': '/rootfs' } }, ['/t ← /rootfs/a/b']],
    ['by hand what a link leads to', '/ws', { real: '/builds/x', hostPaths: { '/builds': '/srv/b' } }, ['/t ← /srv/b/x']],
  ])('that is %s', (_, hostPath, asked, expected) => {
    expect(shown(reach(hostPath, asked))).toEqual(expected);
  });

  test.each<[string, string, Asked, RegExp]>([
    ['the image’s own', '/usr/src/app', {}, /file system of the runner’s own container agent/],
    ['above the mounts', '/', {}, /file system of the runner’s own container/],
    ['a name that is longer than a mount’s', '/works', {}, /file system of the runner’s own container/],
    ['memory', '/tmp/x', {}, /^\/tmp is memory/],
    ['a folder with memory in it', '/mixed', {}, /^\/mixed\/memory is memory/],
    ['a part of a volume that is not plain files of the daemon', '/nfs/x', { parts: false }, /API 1\.45/],
    ['a link to the image’s own', '/work/link', { real: '/etc' }, /file system of the runner’s own container/],
    ['by hand, but beside it', '/optional', { hostPaths: { '/opt': '/x' } }, /file system/],
  ])('is refused with the reason when it is %s', (_, hostPath, asked, reason) => {
    expect(shown(reach(hostPath, asked))).toMatch(reason);
  });

  test('is named with its reason in the error, and when missing in another', () => {
    const setting = { paths: inContainer({ '/etc': '/etc' }), hostPaths: {} };
    expect(() => daemonMounts({ hostPath: '/etc', target: '/t', readOnly: true }, setting)).toThrow(
      expect.objectContaining({ code: 'mount.unreachable', detail: [expect.stringContaining('file system')] }),
    );
    expect(() => daemonMounts({ hostPath: '/work/no', target: '/t', readOnly: true }, setting)).toThrow(
      expect.objectContaining({ code: 'mount.missing' }),
    );
  });

  test('keeps in mind what it can’t know to come along', () => {
    expect(doubtfulBelow('/carried', inContainer({ '/carried': '/carried' }))).toEqual(['disk']);
    expect(doubtfulBelow('/carried/disk', inContainer({ '/carried/disk': '/carried/disk' }))).toEqual([]);
  });
});

test('on the daemon’s machine a path is a path, links and all', () => {
  expect(shown(reachOf({ hostPath: '/a', target: '/t', readOnly: false }, { paths: { seen: 'same' }, hostPaths: {} }))).toEqual([
    '/t ← /a',
  ]);
});

test('to a daemon nobody knows, a path is what it is without links', () => {
  const paths: PathMap = { seen: 'unproven', isVouched: false, why: 'far', daemon: 'd', real: { '/a': '/b' } };
  expect(shown(reachOf({ hostPath: '/a', target: '/t', readOnly: false }, { paths, hostPaths: {} }))).toEqual(['/t ← /b']);
});
