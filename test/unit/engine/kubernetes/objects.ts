import type { KubeObject } from '../../../../src/engine/kubernetes/object.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The clock of these tests. */
export const NOW_MS: number = Date.parse('2026-01-01T00:10:00Z');
export const secondsAgo = (seconds: number): string => new Date(NOW_MS - seconds * 1000).toISOString();

const GROUPS: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  Job: 'batch/v1',
  Ingress: 'networking.k8s.io/v1',
  IngressClass: 'networking.k8s.io/v1',
  EndpointSlice: 'discovery.k8s.io/v1',
};

/** An object as the API gives it: `object('Pod web', {…})` is in the namespace `shop`, owned by what is named, with a uid like its name. */
export function object(
  text: string,
  rest: { metadata?: Fields; spec?: Fields; status?: Fields; [field: string]: unknown } = {},
  owner?: string,
): KubeObject {
  const [kind = '', name = ''] = text.split(' ');
  const ownerReferences = owner === undefined ? {} : { ownerReferences: [{ uid: owner }] };
  const metadata = {
    name,
    namespace: 'shop',
    uid: text,
    generation: 1,
    creationTimestamp: secondsAgo(60),
    ...ownerReferences,
    ...rest.metadata,
  };
  return { apiVersion: GROUPS[kind] ?? 'v1', kind, ...rest, metadata };
}

interface Container {
  readonly waiting?: Fields;
  readonly terminated?: Fields;
  readonly running?: Fields;
  readonly last?: Fields;
  readonly restarts?: number;
  readonly ready?: boolean;
}

const statusOf = ({ last, restarts = 0, ready = false, ...state }: Container): Fields => ({
  name: 'app',
  restartCount: restarts,
  ready,
  state,
  ...(last && { lastState: { terminated: last } }),
});

/** A pod with one container, called `app`. */
export const pod = (
  name: string,
  container: Container,
  owner?: string,
  rest: { spec?: Fields; labels?: Fields; phase?: string } = {},
): KubeObject =>
  object(
    `Pod ${name}`,
    {
      metadata: { labels: rest.labels ?? {} },
      spec: { containers: [{ name: 'app' }], ...rest.spec },
      status: {
        phase: rest.phase ?? 'Running',
        conditions: [{ type: 'Ready', status: container.ready ? 'True' : 'False', lastTransitionTime: secondsAgo(30) }],
        containerStatuses: [statusOf(container)],
      },
    },
    owner,
  );

export const READY_POD: Container = { running: {}, ready: true };
export const PULL_FAILED: Container = { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x:1"' } };

/** Ended for the second time, after a start so many seconds ago. */
export const crashed = (startedSecondsAgo: number): Container => ({
  waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' },
  last: { exitCode: 3, reason: 'Error', startedAt: secondsAgo(startedSecondsAgo) },
  restarts: 1,
});

/** A Deployment, its ReplicaSet, and a pod in that state. */
export const deployment = (name: string, container: Container, status: Fields = {}): readonly KubeObject[] => {
  const revision = { annotations: { 'deployment.kubernetes.io/revision': '1' } };
  const counts = container.ready ? { replicas: 1, updatedReplicas: 1, availableReplicas: 1 } : { replicas: 1, updatedReplicas: 1 };
  return [
    object(`Deployment ${name}`, { metadata: revision, spec: { replicas: 1 }, status: { observedGeneration: 1, ...counts, ...status } }),
    object(`ReplicaSet ${name}-1`, { metadata: revision }, `Deployment ${name}`),
    pod(`${name}-1-x`, container, `ReplicaSet ${name}-1`, { labels: { app: name } }),
  ];
};
