import { stringify } from 'yaml';
import { type Cluster, withCluster } from './cluster.ts';
import { logOf } from './explain.ts';
import type { KubeObject } from './object.ts';
import type { PodObject } from './pod-readiness.ts';
import { decodeRelease, isRelease, releaseText, type SecretObject } from './release.ts';

const LAST_LINES = 1_000;
/** Kinds whose whole state tells something. Of Secrets, only what Helm keeps about its releases is read. */
const DESCRIBED: readonly string[] = [
  '/api/v1/nodes',
  '/api/v1/pods',
  '/api/v1/services',
  '/api/v1/persistentvolumeclaims',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
  '/apis/batch/v1/jobs',
  '/apis/networking.k8s.io/v1/ingresses',
  '/apis/discovery.k8s.io/v1/endpointslices',
];

type Files = Map<string, string>;
/** What can be had until the signal aborts; what can't is left out. */
export async function evidence(kubeconfig: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const files: Files = new Map();
  const gathering = withCluster(kubeconfig, (cluster) => ofApi(cluster, files, signal)).catch((error: Error) => {
    files.set('api.txt', `${error.message}\n`);
  });
  await Promise.race([gathering, aborted(signal)]);
  return new Map(files);
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}

async function ofApi(cluster: Cluster, files: Files, signal: AbortSignal): Promise<void> {
  const list = async <T>(path: string): Promise<readonly (KubeObject & T)[]> =>
    (await cluster.api.json<{ items: readonly (KubeObject & T)[] }>({ path, signal })).items;
  const parts = await Promise.allSettled([
    list<SecretObject>('/api/v1/secrets').then((secrets) => {
      for (const release of secrets.filter(isRelease).map(decodeRelease))
        files.set(`helm/${release.namespace}.${release.name}.v${release.version}.yaml`, releaseText(release));
    }),
    list<EventLike>('/api/v1/events').then((events) => files.set('events.txt', eventsText(events))),
    ...DESCRIBED.map(async (path) => files.set(`describe/${path.split('/').at(-1)}.yaml`, describeText(await list(path)))),
    list<PodObject>('/api/v1/pods').then((pods) => Promise.all(pods.flatMap((pod) => logsOf(pod, { cluster, files, signal })))),
  ]);
  const missed = parts.flatMap((part) => (part.status === 'rejected' ? [`${(part.reason as Error).message}\n`] : []));
  if (missed.length > 0) files.set('api.txt', missed.join(''));
}

interface EventLike {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly involvedObject?: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
}

function eventsText(events: readonly (KubeObject & EventLike)[]): string {
  const lines = events.map(({ lastTimestamp, metadata, type, reason, message, count = 1, involvedObject: of }) => {
    const place = `${of?.kind} ${of?.namespace ? `${of.namespace}/` : ''}${of?.name}`;
    return `${lastTimestamp ?? metadata.creationTimestamp} ${type} ${reason} ${place}: ${message}${count > 1 ? ` (${count} times)` : ''}\n`;
  });
  return lines.toSorted().join('');
}

const describeText = (objects: readonly KubeObject[]): string =>
  objects.map((object) => `---\n${stringify({ ...object, metadata: { ...object.metadata, managedFields: undefined } })}`).join('');

interface Gathering {
  readonly cluster: Cluster;
  readonly files: Files;
  readonly signal: AbortSignal;
}

/** Of every container, also of the ones that made way for it. */
function logsOf(pod: PodObject, { cluster, files, signal }: Gathering): readonly Promise<void>[] {
  const { namespace, name } = pod.metadata;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return statuses.flatMap(({ name: container, restartCount }) =>
    [false, ...(restartCount > 0 ? [true] : [])].map(async (previous) => {
      const text = await logOf({ namespace, name }, { container, previous, tailLines: LAST_LINES }, cluster, signal).catch(() => '');
      if (text !== '') files.set(`logs/${namespace}.${name}.${container}${previous ? '.previous' : ''}.log`, text);
    }),
  );
}
