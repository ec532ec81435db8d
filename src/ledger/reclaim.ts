import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engines } from '../engine/ports.ts';
import { RunnerError } from '../errors.ts';
import { type CleanupResult, type Resource, resourceText } from '../plan/resource.ts';
import { appendLine } from './ledger.ts';
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

/** What was done for a run that could not do it itself; kept as `runs/<run>/reaped.json` in the state folder. */
export interface Reclaimed {
  readonly run: string;
  readonly name: string;
  readonly by: 'reaper' | 'gc';
  /** ISO 8601. */
  readonly at: string;
  /** Everything of the run is known to be gone, and so is its ledger. */
  readonly isDone: boolean;
  readonly removed: readonly string[];
  readonly left: readonly { readonly resource: string; readonly why: string }[];
}

/** The first pause between two tries; each is twice as long as the one before, since what fails may fail for ever. */
const PAUSE_MS = 500;

/**
 * Remove what a dead run owns and whatever else carries its label, again and again until all is gone or the signal says
 * enough. Whoever calls holds the ledger's lock. What could not be done stays in the ledger, for the next who looks.
 */
export async function reclaim(record: Reclaimable, options: ReclaimOptions): Promise<Reclaimed> {
  const { engines, signal } = options;
  const last = new Map<string, CleanupResult>();
  const isRemoved = (resource: Resource): boolean => last.get(resourceText(resource))?.ok === true;
  const learn = (results: readonly CleanupResult[]): void => {
    for (const result of results) last.set(resourceText(result.resource), result);
  };
  for (let pauseMs = PAUSE_MS; ; pauseMs *= 2) {
    learn(
      await removeOwned(
        record,
        record.resources.filter((resource) => !isRemoved(resource)),
        engines,
      ),
    );
    const swept = await sweepFor(record, options);
    learn(swept.results);
    const isDone = swept.isQuiet && [...last.values()].every(({ ok }) => ok);
    if (isDone || signal.aborted) return settle(record, options, { isDone, swept, results: [...last.values()] });
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
}

/** A folder whose name does not show the run was never made by it, whatever the ledger says: it is not touched. */
async function removeOwned(record: Reclaimable, resources: readonly Resource[], engines: Engines): Promise<readonly CleanupResult[]> {
  const isStrange = ({ kind, name }: Resource): boolean => kind === 'folder' && !name.includes(record.run);
  const strange = resources.filter(isStrange).map((resource) => ({ resource, ok: false, durationMs: 0, error: STRANGE }));
  return [
    ...(await removeAll(
      resources.filter((resource) => !isStrange(resource)),
      engines,
    )),
    ...strange,
  ];
}

const STRANGE: RunnerError = new RunnerError('runner.bug', 'its name does not show that it belongs to the run');

async function sweepFor(record: Reclaimable, { engines, signal, now = Date.now }: ReclaimOptions): Promise<Swept> {
  if (!record.docker) return { results: [], quietSince: now(), isQuiet: true };
  try {
    return await sweep(record.run, { engines, untilQuiet: true, quietSince: record.quietAt, signal, now });
  } catch {
    // The daemon does not answer: it is asked again, now or by the next gc.
    return { results: [], quietSince: undefined, isQuiet: false };
  }
}

interface Outcome {
  readonly isDone: boolean;
  readonly swept: Swept;
  readonly results: readonly CleanupResult[];
}

async function settle(record: Reclaimable, { stateFolder, by, now = Date.now }: ReclaimOptions, outcome: Outcome): Promise<Reclaimed> {
  const { isDone, swept, results } = outcome;
  const left = results.filter(({ ok }) => !ok);
  const reclaimed: Reclaimed = {
    run: record.run,
    name: record.name,
    by,
    at: new Date(now()).toISOString(),
    isDone,
    removed: results.filter(({ ok }) => ok).map(({ resource }) => resourceText(resource)),
    left: left.map(({ resource, error }) => ({ resource: resourceText(resource), why: error?.message ?? '' })),
  };
  if (record.path && !isDone)
    await noteIn(record.path, { at: now(), quietSince: swept.quietSince, left: left.map(({ resource }) => resource) });
  await mkdir(join(stateFolder, 'runs', record.run), { recursive: true, mode: 0o700 });
  await writeFile(join(stateFolder, 'runs', record.run, 'reaped.json'), `${JSON.stringify(reclaimed, undefined, 2)}\n`);
  if (record.path && isDone) await rm(record.path, { force: true });
  return reclaimed;
}

interface Note {
  readonly at: number;
  readonly quietSince: number | undefined;
  readonly left: readonly Resource[];
}

async function noteIn(path: string, { at, quietSince, left }: Note): Promise<void> {
  if (quietSince !== undefined) await appendLine(path, { type: 'quiet', at: quietSince });
  await appendLine(path, { type: 'reaped', at, left });
}
