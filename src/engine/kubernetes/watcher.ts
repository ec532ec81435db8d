import { setTimeout as delay } from 'node:timers/promises';
import { type Api, ApiRefusal } from './api.ts';
import type { Kind } from './kinds.ts';
import type { KubeObject } from './object.ts';
import { Observed } from './observed.ts';

const RETRY_MS = 100;
/** Some states only become certain with time, without a further event. */
const TICK_MS = 1_000;

/**
 * Watches kinds of one cluster over one connection and keeps what they said. A watch that ends, because the server is not up yet or
 * restarts, begins anew; why it ended is known as long as it stays so.
 */
export class Watcher {
  readonly world: Observed = new Observed();
  readonly #api: Api;
  readonly #over = new AbortController();
  readonly #watches = new Map<string, Promise<void>>();
  readonly #unlisted = new Set<string>();
  readonly #broken = new Map<string, Error>();
  readonly #wakers = new Set<() => void>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** Watches these kinds from now on, if it does not yet. */
  add(kinds: readonly Kind[]): void {
    for (const kind of kinds) {
      if (this.#watches.has(kind.path)) continue;
      this.#unlisted.add(kind.path);
      this.#watches.set(kind.path, this.#follow(kind));
    }
  }

  /** Why something is not known at the moment. */
  get trouble(): Error | undefined {
    return this.#broken.values().next().value;
  }

  /** Asks with every change, and once a second, until there is an answer; first when everything that is watched was listed. */
  async until<T>(answer: () => T | undefined, signal: AbortSignal): Promise<T> {
    let wake = (): void => {};
    const waker = (): void => wake();
    const ticks = setInterval(waker, TICK_MS);
    signal.addEventListener('abort', waker);
    this.#wakers.add(waker);
    try {
      for (;;) {
        signal.throwIfAborted();
        const { promise: changed, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const found = this.#unlisted.size === 0 || this.trouble ? answer() : undefined;
        if (found !== undefined) return found;
        await changed;
      }
    } finally {
      clearInterval(ticks);
      signal.removeEventListener('abort', waker);
      this.#wakers.delete(waker);
    }
  }

  async close(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#watches.values());
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }

  async #follow(kind: Kind): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      try {
        await this.#once(kind, signal);
      } catch (error) {
        this.#broken.set(kind.path, error as Error);
        this.#wake();
        if (isFinal(error)) return;
      }
      await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** The list says what is there, and since when to watch: what was removed while nobody watched is gone with it. */
  async #once({ path, type }: Kind, signal: AbortSignal): Promise<void> {
    const { kind, apiVersion, metadata, items } = await this.#api.json<ObjectList>({ path, signal });
    const events = await this.#api.watch({ path, since: metadata.resourceVersion, signal });
    this.world.replace(
      type,
      items.map((item) => ({ ...item, apiVersion, kind: kind.replace(/List$/, '') })),
    );
    this.#broken.delete(path);
    this.#unlisted.delete(path);
    this.#wake();
    for await (const event of events) {
      if (event.type === 'ERROR') return; // what it holds is too old: list again
      if (event.type === 'DELETED') this.world.remove(event.object);
      else this.world.put(event.object);
      this.#wake();
    }
  }
}

interface ObjectList {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly resourceVersion: string };
  /** Without their kind and version, which the list has. */
  readonly items: readonly Omit<KubeObject, 'apiVersion' | 'kind'>[];
}

/** Asking again would get the same answer: the kubeconfig is of another cluster. A new cluster forbids and misses things for a moment. */
export const isFinal = (error: unknown): boolean => error instanceof ApiRefusal && error.status === 401;
