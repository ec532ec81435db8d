import type { SelfFacts } from './facts.ts';

/** A guess at our own id from what this process can read; it may be wrong, and is never used before it was verified. */
export interface Candidate {
  readonly method: string;
  readonly name: string | undefined;
  /** Why there is none. */
  readonly missing: string;
}

/** In the order in which they cost least and lie least. */
export const candidatesOf = (facts: SelfFacts): readonly Candidate[] => [byCgroup(facts), byMountinfo(facts), byHostname(facts)];

/** Hidden by a cgroup namespace of one's own, the default on cgroup v2. */
const byCgroup = ({ readFile }: SelfFacts): Candidate => ({
  method: 'cgroup',
  name: [...(readFile('/proc/self/cgroup') ?? '').matchAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g)].at(-1)?.[0],
  missing: 'no id in /proc/self/cgroup, as with a cgroup namespace of its own',
});

/** Another container's id where the network namespace is that one's, none where something is mounted over the file. */
const byMountinfo = ({ readFile }: SelfFacts): Candidate => ({
  method: 'mountinfo',
  name: /\/(?:overlay-)?containers\/([0-9a-f]{64})\/\S*hostname \/etc\/hostname /.exec(readFile('/proc/self/mountinfo') ?? '')?.[1],
  missing: 'no id where /etc/hostname comes from',
});

/** Wrong with `--hostname`, `--network host`, `--uts host` and `--network container:X`. */
const byHostname = ({ hostname }: SelfFacts): Candidate => ({
  method: 'hostname',
  name: /^[\w.-]+$/.test(hostname()) ? hostname() : undefined,
  missing: 'the host name is no name of a container',
});
