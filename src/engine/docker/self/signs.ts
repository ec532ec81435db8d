import type { SelfFacts } from './facts.ts';
import { mountLines } from './mountinfo.ts';

/** What kind of container this process seems to be in; undefined: none. Reads two or three files and asks nobody. */
export function signsOf({ exists, readFile, environment }: SelfFacts): string | undefined {
  const mounts = readFile('/proc/self/mountinfo') ?? '';
  if (environment['KUBERNETES_SERVICE_HOST'] && / \S*\/kubelet\/pods\/|kubernetes\.io/.test(mounts)) return 'in a Kubernetes pod';
  if (exists('/run/.containerenv') || /\/overlay-containers\//.test(mounts)) return 'in a Podman container';
  if ((exists('/.dockerenv') && !hasDiskAsRoot(mounts)) || CONTAINER_FILE.test(mounts)) return 'in a Docker container';
  return undefined;
}

/** Docker, and containerd for Kubernetes, mount the files that hold a container's names from a folder of that container. */
const CONTAINER_FILE = /\/(?:containers|sandboxes)\/[0-9a-f]{64}\/(?:hostname|hosts|resolv\.conf) \/etc\//;

/** A machine that was made from a container's image still has that file in it. What Docker gives a container is a part of a disk. */
function hasDiskAsRoot(mountinfo: string): boolean {
  const root = mountLines(mountinfo).findLast(({ point }) => point === '/');
  return root?.root === '/' && /^(?:ext[234]|xfs|btrfs)$/.test(root.fileSystem);
}
