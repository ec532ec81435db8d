import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A path of the agent, and what a step must find when it is mounted. */
export interface Layout {
  readonly name: string;
  /** As the agent sees it. */
  readonly path: string;
  /** Files below it, with what they hold; '' for the path itself. */
  readonly holds: Readonly<Record<string, string>>;
  /** The agent has it read-only: a step must not be able to write, though it asked for no such thing. */
  readonly readOnly?: true;
}

/** In /dev/shm of the daemon's machine, which every machine has mounted below /dev. */
export const IN_MEMORY = 'runner-test-nonce';

export const LAYOUTS: readonly Layout[] = [
  { name: 'a bind mount', path: '/l/bind', holds: { nonce: 'bind' } },
  { name: 'a folder in a bind mount', path: '/l/bind/sub/deeper', holds: { nonce: 'bind/sub/deeper' } },
  { name: 'a file in a bind mount', path: '/l/bind/nonce', holds: { '': 'bind' } },
  { name: 'a mount whose name begins like another’s', path: '/l/bin', holds: { nonce: 'bin' } },
  { name: 'a mount at the same path as on the daemon’s machine', path: '<base>/same', holds: { nonce: 'same' } },
  { name: 'a volume', path: '/l/vol', holds: { nonce: 'vol' } },
  { name: 'a folder in a volume', path: '/l/vol/sub/deeper', holds: { nonce: 'vol/sub/deeper' } },
  { name: 'a part of a volume', path: '/l/part', holds: { nonce: 'vol/sub' } },
  { name: 'a folder in a part of a volume', path: '/l/part/deeper', holds: { nonce: 'vol/sub/deeper' } },
  { name: 'a volume in a bind mount', path: '/l/nest', holds: { nonce: 'nest', 'cache/nonce': 'other' } },
  { name: 'a bind mount in a volume', path: '/l/vol2', holds: { nonce: 'other', 'inner/nonce': 'bin' } },
  { name: 'a mount in a mount in a mount', path: '/l/three', holds: { nonce: 'three', 'a/nonce': 'other', 'a/b/nonce': 'ro' } },
  { name: 'the mount below another', path: '/l/nest/cache', holds: { nonce: 'other' } },
  { name: 'a link to a bind mount', path: '/links/bind', holds: { nonce: 'bind/sub' } },
  { name: 'a link in a bind mount that leads into a volume', path: '/l/bind/to-volume', holds: { nonce: 'vol/sub' } },
  { name: 'a mount below a link', path: '/var/run/linked', holds: { nonce: 'linked' } },
  { name: 'a read-only bind mount', path: '/l/ro', holds: { nonce: 'ro' }, readOnly: true },
  { name: 'a read-only volume', path: '/l/rovol/sub', holds: { nonce: 'vol/sub' }, readOnly: true },
  { name: 'a name with spaces and more', path: '/l/with space/ünï', holds: { nonce: 'space' } },
  { name: 'a single file that is mounted', path: '/l/single.txt', holds: { '': 'single' } },
  { name: 'a way with dots', path: '/l/nest/../bind/./sub', holds: { nonce: 'bind/sub' } },
  { name: 'a mount of the daemon’s machine below a bind mount', path: '/l/dev', holds: { [`shm/${IN_MEMORY}`]: 'memory of the machine' } },
];

/** Paths the daemon can't be shown, and the reason that is given. */
export const REFUSED: readonly { readonly path: string; readonly reason: string }[] = [
  { path: '/opt/runner', reason: 'in the file system of the runner’s own container' },
  { path: '/l', reason: 'in the file system of the runner’s own container' },
  { path: '/links/image', reason: 'in the file system of the runner’s own container' },
  { path: '/dev/shm', reason: 'in the file system of the runner’s own container' },
  { path: '/memory', reason: 'is memory of the runner’s own container' },
  { path: '/l/mixed', reason: '/l/mixed/memory is memory of the runner’s own container' },
  { path: '/l/bind/absent', reason: 'there is no /l/bind/absent to mount' },
];

const FILES = ['bind', 'bind/sub', 'bind/sub/deeper', 'bin', 'same', 'nest', 'three', 'three/a/b', 'linked', 'ro', 'space/ünï', 'mixed'];

/** What the agent's mounts are made of, on the daemon's machine. */
export function makeTrees(base: string): void {
  for (const folder of [...FILES, 'nest/cache']) mkdirSync(path.join(base, folder), { recursive: true });
  for (const folder of FILES) writeFileSync(path.join(base, folder, 'nonce'), folder.split('/ünï')[0] as string);
  writeFileSync(path.join(base, 'single.txt'), 'single');
  symlinkSync('/l/vol/sub', path.join(base, 'bind/to-volume'));
}

/** How the agent is given all of it at once. `volume` holds `nonce`, `sub/nonce` and `sub/deeper/nonce`, `second` a `nonce`. */
export const mountFlags = (base: string, { volume, second }: { readonly volume: string; readonly second: string }): readonly string[] => [
  ...['bind', 'bin', 'nest', 'three', 'mixed'].flatMap((name) => ['-v', `${base}/${name}:/l/${name}`]),
  ...['-v', `${base}/same:${base}/same`, '-v', `${base}/linked:/var/run/linked`, '-v', '/dev:/l/dev'],
  ...['-v', `${base}/ro:/l/ro:ro`, '-v', `${base}/space:/l/with space`, '-v', `${base}/single.txt:/l/single.txt`],
  ...['-v', `${volume}:/l/vol`, '-v', `${volume}:/l/rovol:ro`, '-v', `${second}:/l/nest/cache`],
  ...['-v', `${second}:/l/vol2`, '-v', `${base}/bin:/l/vol2/inner`, '-v', `${second}:/l/three/a`, '-v', `${base}/ro:/l/three/a/b`],
  ...['--mount', `type=volume,source=${volume},target=/l/part,volume-subpath=sub`],
  ...['--tmpfs', '/memory', '--tmpfs', '/l/mixed/memory', '--tmpfs', '/links:mode=1777', '--tmpfs', '/scratch:mode=1777'],
];
