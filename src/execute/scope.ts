import type { Engines } from '../engine/ports.ts';
import { RunnerError } from '../errors.ts';
import { removeAll } from '../ledger/remove.ts';
import { type Resource, resourceText } from '../plan/resource.ts';
import type { CleanupResult } from '../report/report.ts';

/** Nobody was there to ask, or nobody who would listen. */
const UNASKED: readonly string[] = ['docker.unreachable', 'docker.permission'];

/**
 * Owns everything a run must give back. A resource is owned on the line above its creation: names are known before, and
 * removing what was never created succeeds, so no interruption can fall in between.
 */
export class Scope {
  readonly #owned = new Map<string, Resource>();
  readonly #early: Promise<readonly CleanupResult[]>[] = [];
  readonly #doors: (() => Promise<readonly CleanupResult[]>)[] = [];
  readonly #releases: (() => Promise<void>)[] = [];
  readonly #engines: Engines;

  constructor(engines: Engines) {
    this.#engines = engines;
  }

  own(resource: Resource): void {
    this.#owned.set(resourceText(resource), resource);
  }

  /** Owns it and creates it. Where no daemon was there to be asked, nothing came of it and nothing is owned. */
  async creating(resource: Resource, create: () => Promise<void>): Promise<void> {
    this.own(resource);
    try {
      await create();
    } catch (error) {
      if (error instanceof RunnerError && UNASKED.includes(error.code)) this.disown(resource);
      throw error;
    }
  }

  /** It is gone already, by the hand of somebody else. */
  disown(resource: Resource): void {
    this.#owned.delete(resourceText(resource));
  }

  /** A door through which others make things of the run: shut before anything is given back. It tells what was given back with it. */
  shutFirst(door: () => Promise<readonly CleanupResult[]>): void {
    this.#doors.push(door);
  }

  /** Something to let go of at the end that is no resource: a lock, a connection. */
  defer(release: () => Promise<void>): void {
    this.#releases.push(release);
  }

  /** Give it back now, beside whatever happens next; `close` waits for it and tells how it went. */
  release(resource: Resource): void {
    if (!this.#owned.delete(resourceText(resource))) return;
    this.#early.push(removeAll([resource], this.#engines));
  }

  /** Gives everything back, each with its own time and none keeping the others alive. Never rejects. */
  async close(): Promise<readonly CleanupResult[]> {
    const through = await Promise.all(this.#doors.map((shut) => shut().catch(() => [])));
    const gone = new Set(through.flat().flatMap(({ resource, ok }) => (ok ? [resourceText(resource)] : [])));
    const owned = [...this.#owned.values()].filter((resource) => !gone.has(resourceText(resource)));
    this.#owned.clear();
    const early = await Promise.all(this.#early);
    const results = [...early, ...through, await removeAll(owned, this.#engines)];
    await Promise.allSettled(this.#releases.map((release) => release()));
    return results.flat();
  }
}
