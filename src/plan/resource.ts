import type { RunnerError } from '../errors.ts';

/**
 * Something a run makes and must give back, as data: the scope removes it at the end of the run, and the reaper or
 * `gc` removes it from the ledger when the run could not. Removing what is absent succeeds.
 */
export type Resource =
  | { readonly kind: 'container'; readonly name: string }
  /** The nodes of a kind cluster, with their volumes. */
  | { readonly kind: 'cluster'; readonly name: string }
  | { readonly kind: 'network'; readonly name: string }
  | { readonly kind: 'volume'; readonly name: string }
  /** A tag that is private to the run; the image goes with its last tag. */
  | { readonly kind: 'image'; readonly name: string }
  /** A folder of the runner's own, by absolute path. */
  | { readonly kind: 'folder'; readonly name: string }
  /** Every process on this machine that has the marker (`NAME=value`) in its environment, and their descendants. */
  | { readonly kind: 'processes'; readonly name: string };

export type ResourceKind = Resource['kind'];

/** What Docker keeps and lists by label. */
export const ON_DAEMON: readonly ResourceKind[] = ['container', 'network', 'volume', 'image'];

/** What is on the runner's own machine, and carries no label. */
export const isOnHost = ({ kind }: Resource): boolean => kind === 'folder' || kind === 'processes';

/** The order of removal (processes, containers and clusters hold networks and volumes; anything may hold a folder). */
export const REMOVAL_ORDER: readonly ResourceKind[] = ['processes', 'container', 'cluster', 'network', 'volume', 'image', 'folder'];

/** `container runner-0193…-build`: how a resource is called in messages. */
export const resourceText = ({ kind, name }: Resource): string => `${kind} ${name}`;

/** How giving one resource back went. */
export interface CleanupResult {
  readonly resource: Resource;
  readonly ok: boolean;
  readonly durationMs: number;
  readonly error?: RunnerError;
}
