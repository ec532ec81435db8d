/** A line of `/proc/self/mountinfo`: see proc_pid_mountinfo(5). */
export interface MountLine {
  /** What of its file system is mounted. */
  readonly root: string;
  readonly point: string;
  readonly fileSystem: string;
  readonly superOptions: string;
}

export const mountLines = (mountinfo: string): readonly MountLine[] =>
  mountinfo
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const [, , , root = '', point = ''] = before.split(' ');
      const [fileSystem = '', , superOptions = ''] = after.split(' ');
      return { root: unescaped(root), point: unescaped(point), fileSystem, superOptions: unescaped(superOptions) };
    });

export interface OwnRoot {
  /** The writable layer of our own root, as the daemon that made it called it; undefined where the root is no overlay. */
  readonly upper: string | undefined;
  /** It is a folder of an overlay: a root within somebody's root. */
  readonly isPart: boolean;
}

export function ownRoot(lines: readonly MountLine[]): OwnRoot {
  const root = lines.findLast(({ point }) => point === '/');
  return {
    upper: root && /(?:^|,)upperdir=([^,]+)/.exec(root.superOptions)?.[1],
    isPart: root?.fileSystem === 'overlay' && root.root !== '/',
  };
}

/** Docker may have mounted it by a path relative to its own folder: the last two names tell layers apart. */
export const isSameLayer = (a: string, b: string): boolean => lastNames(a) === lastNames(b);

const lastNames = (path: string): string => path.split('/').slice(-2).join('/');

/** The kernel writes space, tab, newline and backslash as three octal digits. */
const unescaped = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
