import { v7 } from 'uuid';

/** Identifies one run: a UUID of version 7 (RFC 9562), so that runs sort by time; 74 random bits keep strangers apart. */
export type RunId = string & { readonly __brand: 'RunId' };

/** `random`: 16 bytes, so that a caller who has some need not load a cryptography library for them. */
export const newRunId = (random?: Uint8Array): RunId => v7(random === undefined ? undefined : { random }) as RunId;

/** Every object of ours carries these labels; `gc`, `ps` and the leak audit look for nothing else. */
export const LABEL = {
  run: 'dev.runner.run',
  name: 'dev.runner.name',
  pattern: 'dev.runner.pattern',
  /** `<boot id>/<pid namespace>/<pid>/<start time>/<machine>` of the runner that owns the run. */
  owner: 'dev.runner.owner',
  /** Seconds since the epoch after which nobody may still need the object. */
  expires: 'dev.runner.expires',
  cache: 'dev.runner.cache',
} as const;

/** What kind gives its nodes, and all that it gives them. */
export const KIND_LABEL = { cluster: 'io.x-k8s.kind.cluster', role: 'io.x-k8s.kind.role' } as const;

/** `runner-<run>-<part>`: unique on any daemon, valid as a container, network, volume and host name of up to 63 characters. */
export const resourceName = (run: RunId, part: string): string =>
  `runner-${run.replaceAll('-', '')}-${slug(part)}`.slice(0, 63).replace(/-+$/, '');

/** Within kind's limit of 50 characters, so that with the name of a node after it it is still a host name. */
export const clusterName = (run: string): string => `runner-${run.replaceAll('-', '')}`;

/** The run that a cluster of ours belongs to; undefined: somebody else's. */
export function runOfCluster(name: string): RunId | undefined {
  const [, ...parts] = /^runner-([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(name) ?? [];
  return parts.length > 0 ? (parts.join('-') as RunId) : undefined;
}

/** A run's id is a UUID of version 7: its first 48 bits are the milliseconds of its birth. */
export const startOf = (run: string): number => Number.parseInt(run.replaceAll('-', '').slice(0, 12), 16) || 0;

/** Letters, digits and single dashes: what every engine accepts in a name. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
