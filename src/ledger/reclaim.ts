import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engines } from '../engine/ports.ts';
import { RunnerError } from '../errors.ts';
import { LABEL } from '../plan/names.ts';
import { type CleanupResult, type Resource, resourceText } from '../plan/resource.ts';
import { existingClusters } from './clusters.ts';
import { existsOnHost } from './exists.ts';
import { appendLine } from './ledger.ts';
import { type Reclaimed, storeReclaimed } from './reclaimed.ts';
import type { LedgerRecord } from './record.ts';
import { removeAll } from './remove.ts';
import { type Swept, sweep } from './sweep.ts';

/** A run to clean up after; without a `path` it has no ledger here. */
export type Reclaimable = Pick<LedgerRecord, 'run' | 'name' | 'resources' | 'docker' | 'quietAt'> & { readonly path?: string };

export interface ReclaimOptions {
  readonly stateFolder: string;
  readonly engines: Engines;
  /** Ends the waiting and the repeating, never a removal. */
  readonly signal: AbortSignal;
  readonly by: 'reaper' | 'gc';
  readonly now?: () => number;
}

/** Between two tries; each is twice as long as the one before, since what fails may fail for ever, but a daemon that is back is soon found. */
const PAUSE_MS = { first: 500, longest: 4_000 };

/**
 * Remove what a dead run owns and whatever else carries its label, again and again until all is gone or the signal says
 * enough. Whoever calls holds the ledger's lock. What could not be done stays in the ledger, for the next who looks.
 */
export async function reclaim(record: Reclaimable, options: ReclaimOptions): Promise<Reclaimed> {
  const existed = await existing(record, options.engines);
  const last = new Map<string, CleanupResult>();
  const isRemoved = (resource: Resource): boolean => last.get(resourceText(resource))?.ok === true;
  const learn = (results: readonly CleanupResult[]): void => {
    for (const result of results) last.set(resourceText(result.resource), result);
  };
  for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.longest)) {
    const remaining = record.resources.filter((resource) => !isRemoved(resource));
    learn(await removeOwned(record.run, remaining, options.engines));
    const swept = await sweepFor(record, options);
    for (const { resource } of swept.results) existed?.add(resourceText(resource));
    learn(swept.results);
    const results = [...last.values()];
    const isDone = swept.isQuiet && results.every(({ ok }) => ok);
    if (isDone || options.signal.aborted) return settle(record, options, { isDone, quietSince: swept.quietSince, existed, results });
    await delay(pauseMs, undefined, { signal: options.signal }).catch(() => {});
  }
}

/** What there is to remove, so that nobody is told of the removal of what never was. Undefined: the daemon does not say. */
async function existing({ run, resources, docker }: Reclaimable, engines: Engines): Promise<Set<string> | undefined> {
  const onHost = await existsOnHost(resources, engines.host);
  const labelled = docker ? await engines.containers.labelled(LABEL.run, run).catch(() => undefined) : [];
  const clusters = docker ? await existingClusters(resources, engines.clusters).catch(() => []) : [];
  return labelled && new Set([...onHost, ...clusters, ...labelled.map(({ resource }) => resource)].map(resourceText));
}

/** A folder whose name does not show the run was never made by it, whatever the ledger says: it is not touched. */
async function removeOwned(run: string, resources: readonly Resource[], engines: Engines): Promise<readonly CleanupResult[]> {
  const [strange = [], own = []] = [true, false].map((is) =>
    resources.filter(({ kind, name }) => (kind === 'folder' && !name.includes(run)) === is),
  );
  return [...(await removeAll(own, engines)), ...strange.map((resource) => ({ resource, ok: false, durationMs: 0, error: STRANGE }))];
}

const STRANGE: RunnerError = new RunnerError('runner.bug', 'its name does not show that it belongs to the run');

async function sweepFor(record: Reclaimable, { engines, signal, now = Date.now }: ReclaimOptions): Promise<Swept> {
  if (!record.docker) return { results: [], quietSince: record.quietAt, isQuiet: true };
  try {
    return await sweep(record.run, { engines, owned: record.resources, untilQuiet: true, quietSince: record.quietAt, signal, now });
  } catch {
    // The daemon does not answer: it is asked again, now or by the next gc.
    return { results: [], quietSince: undefined, isQuiet: false };
  }
}

interface Outcome {
  readonly isDone: boolean;
  readonly quietSince: number | undefined;
  readonly existed: ReadonlySet<string> | undefined;
  readonly results: readonly CleanupResult[];
}

async function settle(record: Reclaimable, { stateFolder, by, now = Date.now }: ReclaimOptions, outcome: Outcome): Promise<Reclaimed> {
  const { isDone, quietSince, existed, results } = outcome;
  const removed = results.filter(({ ok }) => ok).map(({ resource }) => resourceText(resource));
  const left = results
    .filter(({ ok }) => !ok)
    .map(({ resource, error }) => ({ resource: resourceText(resource), why: error?.message ?? '' }));
  const reclaimed: Reclaimed = {
    run: record.run,
    name: record.name,
    by,
    at: new Date(now()).toISOString(),
    isDone,
    removed: removed.filter((resource) => existed?.has(resource) ?? true),
    left,
  };
  await storeReclaimed(stateFolder, reclaimed);
  if (!record.path) return reclaimed;
  if (isDone) await rm(record.path, { force: true });
  else if (quietSince !== undefined && quietSince !== record.quietAt) await appendLine(record.path, { type: 'quiet', at: quietSince });
  return reclaimed;
}
