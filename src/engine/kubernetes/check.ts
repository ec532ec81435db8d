import { setTimeout as delay } from 'node:timers/promises';
import { RunnerError } from '../../errors.ts';
import type { CheckPlan } from '../../plan/kubernetes.ts';
import type { Waiting } from '../ports/kubernetes.ts';
import { unreachable } from './api.ts';
import { type Cluster, withCluster } from './cluster.ts';
import { ENTRY_TYPES, type Entry, entryOf, ingressFor } from './entry.ts';
import type { Observed } from './observed.ts';
import { type HttpAnswer, request } from './request.ts';
import type { IngressObject } from './traffic-readiness.ts';
import { untilReady } from './until-ready.ts';

type HttpCheck = Extract<CheckPlan, { readonly http: unknown }>;
type ReadyCheck = Extract<CheckPlan, { readonly ready: unknown }>;

/** `docker inspect` of a node's container. */
export type InspectNode = (node: string) => Promise<unknown>;

const RETRY_MS = 100;
const SHOWN = 300;

export const check = (plan: CheckPlan, options: Waiting, inspectNode: InspectNode): Promise<string> =>
  withCluster(plan.kubeconfig, (cluster) =>
    'http' in plan ? checkHttp(plan, { cluster, options, inspectNode }) : checkReady(plan, cluster, options),
  );

async function checkReady({ ready, timeoutMs }: ReadyCheck, cluster: Cluster, options: Waiting): Promise<string> {
  const startedMs = Date.now();
  const kind = await cluster.kinds.named(ready.kind).catch((error) => {
    throw unreachable(error, cluster.api.address);
  });
  if (!kind)
    throw new RunnerError('check.failed', `the cluster knows no kind ${ready.kind}`, {
      hint: 'Write it as in a manifest, like Deployment.',
    });
  const target = { type: kind.type, name: ready.name, ...(kind.namespaced && { namespace: ready.namespace }) };
  await untilReady(cluster, { targets: () => [target], timeoutMs }, options);
  return `ready after ${secondsSince(startedMs)}`;
}

interface Asking {
  readonly cluster: Cluster;
  readonly options: Waiting;
  readonly inspectNode: InspectNode;
}

/** Asks until the answer is the right one: a controller needs a moment for a new Ingress, and kube-proxy for a new port. */
async function checkHttp(
  { http, timeoutMs }: HttpCheck,
  { cluster, options: { signal, onProgress }, inspectNode }: Asking,
): Promise<string> {
  const startedMs = Date.now();
  const { watcher } = cluster;
  await cluster.watch(ENTRY_TYPES).catch((error) => {
    throw unreachable(error, cluster.api.address);
  });
  let last = 'none';
  for (let tries = 1; ; tries += 1) {
    const entry = await watcher.until(() => entryOf(watcher.world, http), signal);
    const answer = typeof entry === 'string' ? entry : await ask(http, await reachable(entry, cluster, inspectNode), signal);
    if (answer === RIGHT)
      return `${http.status} after ${secondsSince(startedMs)}, ${tries} ${tries === 1 ? 'try' : 'tries'}, through ${(entry as Entry).what}`;
    if (answer !== last) onProgress(`no right answer yet: ${answer}`);
    last = answer;
    if (Date.now() - startedMs >= timeoutMs) throw wrong(http, last, { entry, timeoutMs, cluster });
    signal.throwIfAborted();
    await delay(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

const RIGHT = 'right';

async function ask(
  http: HttpCheck['http'],
  place: { readonly address: string; readonly port: number },
  signal: AbortSignal,
): Promise<string> {
  try {
    return wrongIn(http, await request({ ...http, ...place, signal })) ?? RIGHT;
  } catch (error) {
    signal.throwIfAborted();
    const { name, message } = error as Error;
    return `${place.address}:${place.port}: ${name === 'TimeoutError' ? 'no answer in time' : message}`;
  }
}

function wrongIn({ status, contains }: HttpCheck['http'], answer: HttpAnswer): string | undefined {
  const body = answer.body.trim();
  const shown = body.length > SHOWN ? `${body.slice(0, SHOWN)}…` : body;
  if (answer.status !== status) return `${answer.status} ${answer.statusText}, not ${status}: ${shown}`;
  return contains === undefined || answer.body.includes(contains) ? undefined : `${status}, but without "${contains}": ${shown}`;
}

/** The port that Docker published for it, where the API itself is reached over one; else the node's own address, as from its network. */
async function reachable(
  entry: Entry,
  { api }: Cluster,
  inspectNode: InspectNode,
): Promise<{ readonly address: string; readonly port: number }> {
  const own = { address: entry.nodeAddress, port: entry.port };
  if (!/^(127\.|localhost|\[::1\])/.test(new URL(api.address.server).host)) return own;
  const inspected = (await inspectNode(entry.node).catch(() => undefined)) as Inspected | undefined;
  const published = inspected?.NetworkSettings?.Ports?.[`${entry.port}/tcp`]?.[0];
  if (!published) return own;
  return { address: ['', '0.0.0.0', '::'].includes(published.HostIp) ? '127.0.0.1' : published.HostIp, port: Number(published.HostPort) };
}

interface Inspected {
  readonly NetworkSettings?: {
    readonly Ports?: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>;
  };
}

function wrong(
  http: HttpCheck['http'],
  last: string,
  { entry, timeoutMs, cluster }: { readonly entry: Entry | string; readonly timeoutMs: number; readonly cluster: Cluster },
): RunnerError {
  const url = `${http.tls ? 'https' : 'http'}://${http.host}${http.path}`;
  const { world } = cluster.watcher;
  return new RunnerError('check.failed', `${url} did not answer as it should within ${timeoutMs / 1000} s`, {
    detail: [`last answer: ${last}`, ...(typeof entry === 'string' ? [] : [`asked through ${entry.what}`])],
    hint: hintFor(http.host, { entry, world }),
  });
}

function hintFor(host: string, { entry, world }: { readonly entry: Entry | string; readonly world: Observed }): string {
  if (typeof entry === 'string') return 'Install an ingress controller, by its chart under `kind.helm` or as one of `kind.manifests`.';
  if (ingressFor(host, world)) return 'Look at the lines of the ingress controller and of the Service behind the Ingress.';
  const rules = world.all<IngressObject>('Ingress.networking.k8s.io').flatMap(({ spec }) => spec?.rules ?? []);
  return `No Ingress is for this host; there are ${rules.map((rule) => rule.host ?? '*').join(', ') || 'none'}.`;
}

const secondsSince = (startedMs: number): string => `${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
