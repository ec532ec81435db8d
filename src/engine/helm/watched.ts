import { setTimeout as delay } from 'node:timers/promises';
import type { ReleasePlan } from '../../plan/kubernetes.ts';
import type { Env } from '../../spec/spec.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { failureOf } from '../kubernetes/explain.ts';
import { parseManifests } from '../kubernetes/manifests.ts';
import { type ObjectRef, typeOf } from '../kubernetes/object.ts';
import { LOOKED_AT } from '../kubernetes/readiness.ts';
import { type Release, releaseIn } from '../kubernetes/release.ts';
import { lookAt } from '../kubernetes/until-ready.ts';
import type { Finding } from '../kubernetes/verdict.ts';
import type { Waiting } from '../ports/kubernetes.ts';
import { runTool, type ToolEnd } from '../tool.ts';
import { chartError } from './chart-error.ts';
import { type Command, HOW_TO_GET_HELM, helmEnvironment } from './command.ts';

/** What Helm leaves behind when it is told to end is a release that failed, in a cluster that goes: it need not tidy up. */
const KILL_AFTER_MS = 1_000;

/** Helm may have heard of a hook's failure first, but only the watch knows its pod. */
const LAST_LOOK_MS = 200;

export interface HelmRun {
  readonly plan: ReleasePlan;
  readonly cluster: Cluster;
  readonly environment: Env;
  readonly options: Waiting;
}

/**
 * Runs Helm with a watch beside it, which ends it when what it waits for can't come: a hook whose pod never starts would
 * hold it until its own time is over. `events` says which hooks may be under way.
 */
export async function runWatched(command: Command, run: HelmRun, events: readonly string[]): Promise<void> {
  const { plan, cluster, options } = run;
  const over = new AbortController();
  const watching = hopeless(run, events, AbortSignal.any([over.signal, options.signal])).then((finding) => {
    over.abort();
    return finding;
  });
  const helming = runHelm(command, run, over.signal);
  const running = helming
    .then(({ code }) => (code === 0 ? undefined : delay(LAST_LOOK_MS, undefined, { signal: over.signal })))
    .catch(() => {}) // whatever it was, it is told below
    .then(() => over.abort());
  const [helm, watch] = await Promise.allSettled([helming, watching, running]);
  options.signal.throwIfAborted();
  if (watch.status === 'fulfilled') throw await failureOf(watch.value, cluster);
  if (helm.status === 'rejected') throw helm.reason;
  if (helm.value.code !== 0) throw chartError({ plan, command, end: helm.value });
}

/** To its end, or until either signal. */
export function runHelm(
  command: Command,
  { environment, options }: Pick<HelmRun, 'environment' | 'options'>,
  over?: AbortSignal,
): Promise<ToolEnd> {
  return runTool({
    command,
    env: helmEnvironment(environment),
    install: HOW_TO_GET_HELM,
    onOutput: options.onOutput,
    signal: AbortSignal.any([options.signal, ...(over ? [over] : [])]),
    killAfterMs: () => KILL_AFTER_MS,
  });
}

/** Resolves with what can't become ready, among the release's objects and hooks; else only the signal ends it. */
async function hopeless({ plan, cluster, options }: HelmRun, events: readonly string[], signal: AbortSignal): Promise<Finding<ObjectRef>> {
  const { watcher } = cluster;
  const release = await releaseWatched(cluster, plan, signal);
  const hooks = release.hooks?.filter((hook) => hook.events.some((event) => events.includes(event))) ?? [];
  const targets = [
    ...(await refsOf(release, cluster)),
    ...(await refsIn(hooks.map(({ manifest }) => manifest).join('\n---\n'), plan, cluster)),
  ];
  await cluster.watch([...LOOKED_AT, ...targets.map(({ type }) => type)]);
  const look = lookAt(cluster, { targets: () => targets }, options.onProgress);
  return watcher.until(() => (watcher.trouble ? undefined : look().failed), signal);
}

/** Helm stores the release before it makes anything of it. */
async function releaseWatched({ watcher }: Cluster, plan: ReleasePlan, signal: AbortSignal): Promise<Release> {
  watcher.add([{ type: 'Secret', apiVersion: 'v1', path: `/api/v1/namespaces/${plan.namespace}/secrets`, namespaced: false }]);
  return watcher.until(() => releaseIn(watcher.world, plan), signal);
}

/** The objects of a release, without its hooks. */
export const refsOf = ({ manifest = '', namespace }: Release, cluster: Cluster): Promise<readonly ObjectRef[]> =>
  refsIn(manifest, { namespace }, cluster);

async function refsIn(text: string, { namespace }: { readonly namespace: string }, { kinds }: Cluster): Promise<readonly ObjectRef[]> {
  return Promise.all(
    parseManifests(text, 'the manifest of the release').map(async ({ object }) => {
      const type = typeOf(object);
      const kind = await kinds.find(type);
      return { type, name: object.metadata.name, ...(kind?.namespaced !== false && { namespace: object.metadata.namespace ?? namespace }) };
    }),
  );
}
