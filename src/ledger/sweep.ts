import { setTimeout as delay } from 'node:timers/promises';
import type { Engines } from '../engine/ports.ts';
import { LABEL } from '../plan/names.ts';
import type { CleanupResult, Resource } from '../plan/resource.ts';
import { existingClusters } from './clusters.ts';
import { removeAll } from './remove.ts';

/** A daemon finishes a create after its client is gone (measured: 0.28 s later), so one empty look proves little. */
const QUIET_MS = 2_000;
/** A node's volume is filled from its image while it is created, which takes seconds. */
const CLUSTER_QUIET_MS = 8_000;
const BETWEEN_LOOKS_MS = 500;

export interface SweepOptions {
  readonly engines: Engines;
  /** What the run owned: its clusters are looked for by their names. */
  readonly owned: readonly Resource[];
  /** Something was cut short: look until nothing was found for two seconds. Otherwise a single empty look is enough. */
  readonly untilQuiet: boolean;
  /** When somebody before found nothing; milliseconds since the epoch. */
  readonly quietSince?: number | undefined;
  /** Ends the waiting, never a removal. */
  readonly signal: AbortSignal;
  readonly now?: () => number;
}

export interface Swept {
  readonly results: readonly CleanupResult[];
  /** Since when nothing was found; undefined: something is there that can't be removed. */
  readonly quietSince: number | undefined;
  /** Nothing was found for long enough. */
  readonly isQuiet: boolean;
}

/** Remove whatever carries the run's label, and look again. Rejects when the daemon does not answer. */
export async function sweep(run: string, { engines, owned, untilQuiet, quietSince, signal, now = Date.now }: SweepOptions): Promise<Swept> {
  const results: CleanupResult[] = [];
  const quietMs = owned.some(({ kind }) => kind === 'cluster') ? CLUSTER_QUIET_MS : QUIET_MS;
  for (let since = quietSince; ; ) {
    const labelled = (await engines.containers.labelled(LABEL.run, run)).map(({ resource }) => resource);
    const found = [...labelled, ...(await existingClusters(owned, engines.clusters))];
    if (found.length > 0) results.push(...(await removeAll(found, engines)));
    since = found.length > 0 ? undefined : (since ?? now());
    const isQuiet = since !== undefined && (!untilQuiet || now() - since >= quietMs);
    if (isQuiet || signal.aborted) return { results, quietSince: since, isQuiet };
    await delay(BETWEEN_LOOKS_MS, undefined, { signal }).catch(() => {});
  }
}
