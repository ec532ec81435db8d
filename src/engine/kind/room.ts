import { readdir, readFile, readlink, statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { DaemonClient } from '../docker/http.ts';
import type { ClusterRoom } from '../ports/kubernetes.ts';
import { listNodes } from './nodes.ts';

const GIB = 2 ** 30;

/** Counted for one cluster of one node: what an empty one was seen to take (docs/kind.md), and some more for what is put into it. */
const NEEDS = { memoryBytes: 0.75 * GIB, diskBytes: 2 * GIB, inotifyInstances: 30 } as const;

/** What was found out about a machine. Undefined: it can't be seen, as on a daemon far away. */
export interface RoomFacts {
  /** Clusters that are here already, whoever made them. */
  readonly running: number;
  readonly cpus: number;
  readonly memoryFreeBytes: number | undefined;
  readonly diskFreeBytes: number | undefined;
  readonly inotify: { readonly limit: number; readonly used: number } | undefined;
}

/** How many clusters fit, those that are here included, and what sets the limit. */
export function roomOf({ running, cpus, memoryFreeBytes, diskFreeBytes, inotify }: RoomFacts): ClusterRoom {
  const limits = [
    limit(memoryFreeBytes, NEEDS.memoryBytes, (free) => `${gib(free)} of memory are free, and a cluster takes ${gib(NEEDS.memoryBytes)}`),
    limit(
      diskFreeBytes,
      NEEDS.diskBytes,
      (free) => `${gib(free)} are free where Docker keeps its files, and a cluster takes ${gib(NEEDS.diskBytes)}`,
    ),
    limit(
      inotify && inotify.limit - inotify.used,
      NEEDS.inotifyInstances,
      (free) =>
        `${Math.max(0, free)} of ${inotify?.limit} inotify instances are free, and a cluster takes ${NEEDS.inotifyInstances}; \`sysctl -w fs.inotify.max_user_instances=512\` raises the limit`,
    ),
  ].filter((one) => one !== undefined);
  const more = Math.min(MOST, ...limits.map(({ count }) => count));
  const because = limits.filter(({ count }) => count === more).map(({ why }) => why);
  return {
    clusters: running + more,
    startsAtOnce: Math.max(1, cpus),
    because: because.length > 0 ? because : [`${running + more} clusters are as many as the runner starts on a machine`],
  };
}

/** Where nothing else sets a limit. */
const MOST = 16;

const limit = (free: number | undefined, need: number, why: (free: number) => string) =>
  free === undefined ? undefined : { count: Math.max(0, Math.floor(free / need)), why: why(free) };

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

/** The machine of the daemon, as far as it is this one. */
export async function roomHere(client: DaemonClient): Promise<ClusterRoom> {
  const nodes = await listNodes(client);
  const running = new Set(nodes.filter(({ isRunning }) => isRunning).map(({ cluster }) => cluster)).size;
  const isFar = client.endpoint.type === 'tcp';
  return roomOf({ running, cpus: availableParallelism(), ...(isFar ? UNSEEN : await factsHere(client)) });
}

const UNSEEN = { memoryFreeBytes: undefined, diskFreeBytes: undefined, inotify: undefined };

async function factsHere(client: DaemonClient): Promise<Pick<RoomFacts, keyof typeof UNSEEN>> {
  const [meminfo, limitText, used, diskFreeBytes] = await Promise.all([
    readFile('/proc/meminfo', 'utf8').catch(() => ''),
    readFile('/proc/sys/fs/inotify/max_user_instances', 'utf8').catch(() => ''),
    inotifyInUse(),
    diskFree(client),
  ]);
  const [, kib] = /^MemAvailable:\s+(\d+) kB/m.exec(meminfo) ?? [];
  const most = Number.parseInt(limitText, 10);
  return {
    memoryFreeBytes: kib === undefined ? undefined : Number(kib) * 1024,
    diskFreeBytes,
    inotify: Number.isNaN(most) ? undefined : { limit: most, used },
  };
}

async function diskFree(client: DaemonClient): Promise<number | undefined> {
  try {
    const { DockerRootDir } = await client.json<{ DockerRootDir: string }>({ method: 'GET', path: '/info', doing: 'describe itself' });
    const { bavail, bsize } = await statfs(DockerRootDir);
    return bavail * bsize;
  } catch {
    return undefined; // not ours to see
  }
}

/** Of all users: the limit is one a user, but nodes run as root, and so does most of what uses inotify. */
async function inotifyInUse(): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const counts = await Promise.all(pids.map(inotifyOf));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function inotifyOf(pid: string): Promise<number> {
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
  return targets.filter((target) => target === 'anon_inode:inotify').length;
}
