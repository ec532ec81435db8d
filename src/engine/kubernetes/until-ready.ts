import type { Waiting } from '../ports/kubernetes.ts';
import { unreachable } from './api.ts';
import type { Cluster } from './cluster.ts';
import { failureOf, notReady } from './explain.ts';
import { type ObjectRef, refText } from './object.ts';
import { LOOKED_AT, readinessOf, settledMs } from './readiness.ts';
import { type Finding, type Verdict, verdictOf } from './verdict.ts';
import { isFinal } from './watcher.ts';

/** A verdict that could still be overturned is only believed when it has stood for this long. */
const CERTAIN_AFTER_MS = 1_000;

export interface Wanted {
  /** Asked with every look: what has to be ready, as far as it is known by now. */
  readonly targets: () => readonly ObjectRef[];
  readonly timeoutMs: number;
}

/**
 * Resolves when all targets are ready; rejects with `workload.failed` as soon as one can't become it, and with
 * `workload.not-ready` when the time is over, in both cases with the events and last lines of its pod.
 */
export async function untilReady(cluster: Cluster, wanted: Wanted, options: Pick<Waiting, 'signal' | 'onProgress'>): Promise<void> {
  const deadlineMs = Date.now() + wanted.timeoutMs;
  const { watcher, api } = cluster;
  const look = lookAt(cluster, wanted, options.onProgress);
  await cluster.watch([...LOOKED_AT, ...wanted.targets().map(({ type }) => type)]).catch((error) => {
    throw unreachable(error, api.address);
  });
  const end = await watcher.until(() => {
    if (watcher.trouble && isFinal(watcher.trouble)) throw unreachable(watcher.trouble, api.address);
    const seen = watcher.trouble ? UNKNOWN : look();
    return seen.failed || (seen.waiting.length === 0 && !watcher.trouble) || Date.now() >= deadlineMs ? seen : undefined;
  }, options.signal);
  if (end.failed) throw await failureOf(end.failed, cluster);
  if (end === UNKNOWN) throw unreachable(watcher.trouble, api.address);
  if (end.waiting.length === 0) return;
  throw await notReady(end.waiting, { cluster, timeoutMs: wanted.timeoutMs });
}

/** A world of which a part is missing says nothing. */
const UNKNOWN: Verdict<ObjectRef> = { waiting: [] };

/** One look after the other at the same targets; only the first and what has changed since is told. */
export function lookAt(
  { watcher: { world } }: Cluster,
  wanted: Pick<Wanted, 'targets'>,
  onProgress: (text: string) => void,
): () => Verdict<ObjectRef> {
  let stuckSinceMs: number | undefined;
  let told = '';
  return () => {
    const nowMs = Date.now();
    const targets = wanted.targets();
    const findings = targets.map((target) => ({ target, readiness: readinessOf(target, { world, nowMs }) }));
    const { waiting, failed, isCertain } = verdictOf(findings, settledMs(world));
    const text = progressText(waiting, targets.length);
    if (text !== told) onProgress(text);
    told = text;
    stuckSinceMs = failed && !isCertain ? (stuckSinceMs ?? nowMs) : undefined;
    const isBelieved = isCertain || (stuckSinceMs !== undefined && nowMs - stuckSinceMs >= CERTAIN_AFTER_MS);
    return failed && isBelieved ? { waiting, failed } : { waiting };
  };
}

/** Of what is left, what the rest waits for: a workload before the Service that leads to it. */
function progressText(waiting: readonly Finding<ObjectRef>[], all: number): string {
  const rank = ({ target, readiness: { state, pod } }: Finding<ObjectRef>): number =>
    state === 'absent' ? 3 : ['Service', 'Ingress.networking.k8s.io'].includes(target.type) ? 2 : pod ? 0 : 1;
  const [first] = waiting.toSorted((a, b) => rank(a) - rank(b));
  return first ? `${all - waiting.length} of ${all} ready; ${refText(first.target)}: ${first.readiness.why}` : `${all} of ${all} ready`;
}
