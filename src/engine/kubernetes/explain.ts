import { RunnerError } from '../../errors.ts';
import type { Cluster } from './cluster.ts';
import { type ObjectRef, refText } from './object.ts';
import type { PodObject } from './pod-readiness.ts';
import type { Finding } from './verdict.ts';

const LAST_LINES = 20;
const LAST_EVENTS = 8;
/** Of targets that are not ready when the time is over: each pod's lines would bury the others'. */
const EXPLAINED = 3;

/** What waiting does not mend, with what the cluster says about it. */
export async function failureOf(finding: Finding<ObjectRef>, cluster: Cluster): Promise<RunnerError> {
  const { why } = finding.readiness;
  return new RunnerError('workload.failed', `${refText(finding.target)} can't become ready: ${why}`, {
    detail: await factsOf(finding, cluster),
    hint: HINTS.find(([pattern]) => pattern.test(why))?.[1] ?? 'Look at the events and lines above.',
  });
}

export async function notReady(
  waiting: readonly Finding<ObjectRef>[],
  { cluster, timeoutMs }: { readonly cluster: Cluster; readonly timeoutMs: number },
): Promise<RunnerError> {
  const facts = await Promise.all(waiting.slice(0, EXPLAINED).map((finding) => factsOf(finding, cluster)));
  const { target, readiness } = waiting[0] as Finding<ObjectRef>;
  const others = waiting.length > 1 ? ` (and ${waiting.length - 1} more)` : '';
  return new RunnerError(
    'workload.not-ready',
    `not ready within ${Math.ceil(timeoutMs / 1000)} s: ${refText(target)}: ${readiness.why}${others}`,
    {
      detail: [...waiting.map((finding) => `${refText(finding.target)}: ${finding.readiness.why}`), ...facts.flat()],
      hint: 'Look at the events and lines above, or give it more time.',
    },
  );
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /ImagePullBackOff|ErrImage|InvalidImageName/,
    'List the image under `kind.load`, by the name the pod has; an image tagged `latest` also needs `imagePullPolicy: IfNotPresent`.',
  ],
  [/Unschedulable/, 'Lower what the pod requests, or give the cluster another node in `kind.config`.'],
  [/CreateContainerConfigError/, 'Make the Secret or ConfigMap that the container names before it, or mend the name.'],
];

/** Events of the object and of its pod, and what its container said last. Facts that can't be had are left out. */
async function factsOf({ target, readiness: { pod, container } }: Finding<ObjectRef>, cluster: Cluster): Promise<readonly string[]> {
  const own = { kind: target.type.split('.')[0] ?? '', namespace: target.namespace, name: target.name };
  const pods = pod && target.type !== 'Pod' ? [{ kind: 'Pod', ...placeOf(pod) }] : [];
  const facts = await Promise.all([
    ...[own, ...pods].map((one) => eventsOf(one, cluster).catch(() => [])),
    ...(pod ? [lastLinesOf(pod, container, cluster).catch(() => [])] : []),
  ]);
  return facts.flat();
}

interface EventList {
  readonly items: readonly {
    readonly type?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly count?: number;
    readonly metadata: { readonly creationTimestamp: string };
  }[];
}

async function eventsOf(
  { kind, namespace, name }: { readonly kind: string; readonly namespace: string | undefined; readonly name: string },
  { api }: Cluster,
): Promise<readonly string[]> {
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name}`;
  const { items } = await api.json<EventList>({ path: `/api/v1/namespaces/${namespace ?? 'default'}/events`, query: { fieldSelector } });
  const sorted = items.toSorted((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp)).slice(-LAST_EVENTS);
  const lines = sorted.map(
    ({ type, reason, message, count = 1 }) => `  ${type} ${reason}: ${message}${count > 1 ? ` (${count} times)` : ''}`,
  );
  return lines.length > 0 ? [`events of ${kind} ${name}:`, ...lines] : [];
}

/** Of the container in question, else of the first that has said anything; of the time before its restart when it was restarted. */
async function lastLinesOf(pod: PodObject, container: string | undefined, cluster: Cluster): Promise<readonly string[]> {
  const names = container ? [container] : (pod.spec?.containers ?? []).map(({ name }) => name);
  for (const name of names) {
    for (const previous of [true, false]) {
      const text = await logOf(placeOf(pod), { container: name, previous, tailLines: LAST_LINES }, cluster).catch(() => '');
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      if (lines.length > 0) return [`last lines of container ${name} in pod ${pod.metadata.name}:`, ...lines.map((line) => `  ${line}`)];
    }
  }
  return [];
}

/** Empty where the kubelet has thrown the lines away already: it says so in their place. */
export async function logOf(
  { namespace, name }: { readonly namespace: string | undefined; readonly name: string },
  query: { readonly container: string; readonly previous: boolean; readonly tailLines: number },
  { api }: Pick<Cluster, 'api'>,
  signal?: AbortSignal,
): Promise<string> {
  const text = await api.text({ path: `/api/v1/namespaces/${namespace ?? 'default'}/pods/${name}/log`, query, signal });
  return text.startsWith('unable to retrieve container logs for ') ? '' : text;
}

const placeOf = ({ metadata: { namespace, name } }: PodObject): { namespace: string | undefined; name: string } => ({ namespace, name });
