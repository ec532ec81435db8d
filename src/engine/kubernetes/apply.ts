import { setTimeout as delay } from 'node:timers/promises';
import { RunnerError } from '../../errors.ts';
import type { ManifestsPlan } from '../../plan/kubernetes.ts';
import type { Waiting } from '../ports/kubernetes.ts';
import { ApiRefusal, unreachable } from './api.ts';
import { type Cluster, withCluster } from './cluster.ts';
import { pathOf } from './kinds.ts';
import { type Manifest, readManifests } from './manifests.ts';
import { type KubeObject, type ObjectRef, refText, typeOf } from './object.ts';
import { untilReady } from './until-ready.ts';
import { untilWebhooksAnswer } from './webhooks.ts';

const RETRY_MS = 200;
const NAMESPACE = 'Namespace';
const DEFINITION = 'CustomResourceDefinition.apiextensions.k8s.io';

/** What others stand in comes first: namespaces, then kinds; else the order of the files. */
const rankOf = ({ object }: Manifest): number => [NAMESPACE, DEFINITION].indexOf(typeOf(object)) + 1 || 3;

export async function apply({ kubeconfig, files, timeoutMs }: ManifestsPlan, options: Waiting): Promise<string> {
  const startedMs = Date.now();
  const leftMs = (): number => Math.max(0, timeoutMs - (Date.now() - startedMs));
  const manifests = (await readManifests(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  return withCluster(kubeconfig, async (cluster) => {
    const made: ObjectRef[] = [];
    for (const rank of [1, 2, 3]) {
      const stage = manifests.filter((manifest) => rankOf(manifest) === rank);
      const refs: ObjectRef[] = [];
      for (const manifest of stage) refs.push(await applied(manifest, { cluster, leftMs, options }));
      if (rank === 2 && refs.length > 0) await untilReady(cluster, { targets: () => refs, timeoutMs: leftMs() }, options);
      made.push(...refs);
    }
    await untilReady(cluster, { targets: () => made, timeoutMs: leftMs() }, options);
    await untilWebhooksAnswer(cluster, { targets: made, timeoutMs: leftMs() }, options);
    return `${made.length} objects ready after ${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
  });
}

interface Applying {
  readonly cluster: Cluster;
  readonly leftMs: () => number;
  readonly options: Waiting;
}

/** One object, again and again while the cluster is not yet able to take it. */
async function applied(manifest: Manifest, { cluster, leftMs, options: { signal, onProgress } }: Applying): Promise<ObjectRef> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await applyOnce(manifest, cluster);
    } catch (error) {
      const reason = notYet(error);
      if (reason === undefined || leftMs() === 0) throw refusalOf(error, manifest, cluster);
      onProgress(`${nameOf(manifest)}: ${reason}`);
      await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}

async function applyOnce({ object, at }: Manifest, { api, kinds }: Cluster): Promise<ObjectRef> {
  const type = typeOf(object);
  const kind = await kinds.find(type, object.apiVersion);
  if (!kind)
    throw new RunnerError('manifest.refused', `the cluster knows no ${object.kind} of ${object.apiVersion}`, { at, hint: UNKNOWN_KIND });
  const { name, namespace = 'default' } = object.metadata;
  const place = kind.namespaced ? { namespace } : {};
  const made = name
    ? await api.json<KubeObject>({
        method: 'PATCH',
        path: pathOf(kind, { ...place, name }),
        query: { fieldManager: 'runner', force: true },
        contentType: 'application/apply-patch+yaml',
        body: object,
      })
    : await api.json<KubeObject>({ method: 'POST', path: pathOf(kind, place), query: { fieldManager: 'runner' }, body: object });
  return { type, ...place, name: made.metadata.name, generation: made.metadata.generation };
}

const UNKNOWN_KIND = 'Apply its CustomResourceDefinition before it, or mend the apiVersion.';

/** Why it may be taken a moment later. Undefined: it will not. */
export function notYet(error: unknown): string | undefined {
  if (error instanceof RunnerError) return undefined;
  if (!(error instanceof ApiRefusal)) return `the API server does not answer (${(error as Error).message})`;
  const { status, message } = error;
  if (/failed calling webhook/.test(message)) return `a webhook does not answer yet (${message})`;
  if (status === 429 || status === 503 || status === 504) return message;
  return status === 403 && /error looking up service account/.test(message) ? message : undefined;
}

function refusalOf(error: unknown, manifest: Manifest, { api }: Cluster): RunnerError {
  if (!(error instanceof ApiRefusal)) return unreachable(error, api.address);
  return new RunnerError('manifest.refused', `${nameOf(manifest)} was refused: ${error.message}`, { at: manifest.at, cause: error });
}

const nameOf = ({ object }: Manifest): string => {
  const { name, generateName, namespace } = object.metadata;
  return refText({ type: typeOf(object), namespace, name: name ?? `${generateName}…` });
};
