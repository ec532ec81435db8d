import { describe, expect, test } from 'vitest';
import { type KubeObject, typeOf } from '../../../../src/engine/kubernetes/object.ts';
import { Observed } from '../../../../src/engine/kubernetes/observed.ts';
import { readinessOf } from '../../../../src/engine/kubernetes/readiness.ts';
import { crashed, deployment, NOW_MS, object, PULL_FAILED, pod, READY_POD, secondsAgo } from './objects.ts';

/** How the first of the objects is, in a world of all of them. */
const readinessIn = ([target, ...others]: readonly KubeObject[]) => {
  const { metadata, apiVersion, kind } = target as KubeObject;
  const ref = { type: typeOf({ apiVersion, kind }), namespace: metadata.namespace, name: metadata.name };
  return readinessOf(ref, { world: new Observed([target as KubeObject, ...others]), nowMs: NOW_MS });
};

const unschedulable = (seconds: number, message: string): KubeObject =>
  object('Pod big', {
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: secondsAgo(seconds) }],
    },
  });

const service = (name: string): KubeObject => object(`Service ${name}`, { spec: { selector: { app: name } } });
const endpoints = (name: string, ready: boolean): KubeObject =>
  object(`EndpointSlice ${name}-a`, {
    metadata: { labels: { 'kubernetes.io/service-name': name } },
    endpoints: [{ conditions: { ready } }],
  });
const ingress = (backend: string): KubeObject =>
  object('Ingress web', {
    spec: { rules: [{ host: 'a.local', http: { paths: [{ path: '/', backend: { service: { name: backend } } }] } }] },
  });
const job = (status: Record<string, unknown>, spec: Record<string, unknown> = {}): KubeObject => object('Job migrate', { spec, status });
const claim = (phase: string): KubeObject => object('PersistentVolumeClaim data', { status: { phase } });
const mounting = { spec: { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] } };
const set = (kind: string, status: Record<string, unknown>, spec: Record<string, unknown> = { replicas: 2 }): KubeObject =>
  object(`${kind} db`, { spec, status: { observedGeneration: 1, ...status } });

const CASES: readonly (readonly [what: string, state: string, why: RegExp | undefined, objects: readonly KubeObject[]])[] = [
  ['a pod that is ready', 'ready', undefined, [pod('a', READY_POD)]],
  ['a pod that has done its work', 'ready', undefined, [pod('a', {}, undefined, { phase: 'Succeeded' })]],
  [
    'a pod that failed',
    'never',
    /container app ended with exit code 3/,
    [pod('a', { terminated: { exitCode: 3 } }, undefined, { phase: 'Failed' })],
  ],
  ['a pod being made', 'waiting', /ContainerCreating/, [pod('a', { waiting: { reason: 'ContainerCreating' } })]],
  ['a pod that runs and is not ready', 'waiting', /container app runs, but is not ready/, [pod('a', { running: {} })]],
  ['a pull that is backed off', 'never', /ImagePullBackOff: Back-off pulling/, [pod('a', PULL_FAILED)]],
  ['a pull that failed once', 'waiting', /ErrImagePull/, [pod('a', { waiting: { reason: 'ErrImagePull', message: 'i/o timeout' } })]],
  [
    'a pull that the registry refused',
    'never',
    /not found/,
    [pod('a', { waiting: { reason: 'ErrImagePull', message: 'x:1: not found' } })],
  ],
  ['an image name that is none', 'never', /InvalidImageName/, [pod('a', { waiting: { reason: 'InvalidImageName' } })]],
  ['a program that ended once', 'waiting', undefined, [pod('a', { terminated: { exitCode: 1 } })]],
  ['a program that ended again', 'stuck', /ended 2 times, at last with exit code 3/, [pod('a', crashed(5))]],
  ['a program that ends again before it is backed off', 'stuck', /ended 2 times/, [pod('a', { terminated: { exitCode: 0 }, restarts: 1 })]],
  [
    'a program that ended well at its second try',
    'waiting',
    undefined,
    [pod('a', { terminated: { exitCode: 0 }, restarts: 1 }, undefined, { spec: { restartPolicy: 'OnFailure' } })],
  ],
  [
    'a Secret that is missing for a minute',
    'stuck',
    /CreateContainerConfigError/,
    [pod('a', { waiting: { reason: 'CreateContainerConfigError' } })],
  ],
  ['a pod that just now fits nowhere', 'waiting', /Insufficient/, [unschedulable(3, '1 Insufficient memory')]],
  ['a pod that fits nowhere', 'stuck', /Insufficient/, [unschedulable(12, '1 Insufficient memory')]],
  ['a pod whose volume is not bound yet', 'waiting', /unbound/, [unschedulable(12, 'pod has unbound immediate PersistentVolumeClaims')]],

  ['a Deployment that is rolled out', 'ready', undefined, deployment('web', READY_POD)],
  [
    'a Deployment whose pod is on its way',
    'waiting',
    /0 of 1 are ready; pod web-1-x: container app runs/,
    deployment('web', { running: {} }),
  ],
  ['a Deployment whose pod is hopeless', 'never', /pod web-1-x: container app: ImagePullBackOff/, deployment('web', PULL_FAILED)],
  ['a Deployment that its controller has not seen', 'waiting', undefined, deployment('web', READY_POD, { observedGeneration: 0 })],
  [
    'a Deployment that makes no progress',
    'never',
    /has timed out/,
    deployment(
      'web',
      { running: {} },
      { conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'it has timed out' }] },
    ),
  ],
  [
    'a Deployment whose pods are refused',
    'stuck',
    /no pod can be made: exceeded quota/,
    [
      object('Deployment web', {
        status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota', lastTransitionTime: secondsAgo(20) }] },
      }),
    ],
  ],
  ['a StatefulSet with all its pods', 'ready', undefined, [set('StatefulSet', { readyReplicas: 2, updatedReplicas: 2 })]],
  ['a StatefulSet with half of them', 'waiting', /1 of 2 are ready/, [set('StatefulSet', { readyReplicas: 1, updatedReplicas: 1 })]],
  ['a StatefulSet with one of the old pods', 'waiting', /1 of 2/, [set('StatefulSet', { readyReplicas: 2, updatedReplicas: 1 })]],
  [
    'a StatefulSet that is updated by hand',
    'ready',
    undefined,
    [set('StatefulSet', { readyReplicas: 2, updatedReplicas: 0 }, { replicas: 2, updateStrategy: { type: 'OnDelete' } })],
  ],
  ['a StatefulSet whose pod is hopeless', 'never', /pod db-0/, [set('StatefulSet', {}), pod('db-0', PULL_FAILED, 'StatefulSet db')]],
  [
    'a DaemonSet on all nodes',
    'ready',
    undefined,
    [set('DaemonSet', { desiredNumberScheduled: 2, numberAvailable: 2, updatedNumberScheduled: 2 })],
  ],
  ['a DaemonSet that no node wants', 'ready', undefined, [set('DaemonSet', { desiredNumberScheduled: 0 })]],
  [
    'a DaemonSet on one of two nodes',
    'waiting',
    /1 of 2/,
    [set('DaemonSet', { desiredNumberScheduled: 2, numberAvailable: 1, updatedNumberScheduled: 2 })],
  ],
  ['a ReplicaSet with its pods', 'ready', undefined, [set('ReplicaSet', { readyReplicas: 2 })]],

  ['a Job that is complete', 'ready', undefined, [job({ conditions: [{ type: 'Complete', status: 'True' }] })]],
  ['a Job that is suspended', 'ready', undefined, [job({}, { suspend: true })]],
  [
    'a Job that has failed',
    'never',
    /BackoffLimitExceeded: too often/,
    [job({ conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'too often' }] })],
  ],
  [
    'a Job that tries again',
    'waiting',
    /1 of 3 tries failed/,
    [job({ failed: 1 }, { backoffLimit: 2 }), pod('m-1', { terminated: { exitCode: 1 } }, 'Job migrate', { phase: 'Failed' })],
  ],
  ['a Job whose program ends and is started again', 'waiting', /has not ended/, [job({}), pod('m-1', crashed(5), 'Job migrate')]],
  ['a Job whose pod is hopeless', 'never', /ImagePullBackOff/, [job({}), pod('m-1', PULL_FAILED, 'Job migrate')]],

  [
    'a Service with an endpoint',
    'ready',
    undefined,
    [service('web'), pod('web', READY_POD, undefined, { labels: { app: 'web' } }), endpoints('web', true)],
  ],
  [
    'a Service whose endpoint is not ready',
    'waiting',
    /no endpoint/,
    [service('web'), pod('web', { running: {} }, undefined, { labels: { app: 'web' } }), endpoints('web', false)],
  ],
  ['a Service that nobody is behind', 'ready', undefined, [service('web')]],
  ['a Service for a name elsewhere', 'ready', undefined, [object('Service out', { spec: { type: 'ExternalName' } })]],
  ['an Ingress to a Service with an endpoint', 'ready', undefined, [ingress('web'), service('web'), endpoints('web', true)]],
  ['an Ingress to a silent Service', 'waiting', /Service web has no endpoint/, [ingress('web'), service('web')]],
  ['an Ingress to nowhere', 'stuck', /Service web is not there/, [ingress('web')]],

  ['a claim that is bound', 'ready', undefined, [claim('Bound'), pod('a', {}, undefined, mounting)]],
  ['a claim that waits for its first pod', 'ready', undefined, [claim('Pending')]],
  ['a claim that a pod waits for', 'waiting', /not bound/, [claim('Pending'), pod('a', {}, undefined, mounting)]],
  ['a ConfigMap', 'ready', undefined, [object('ConfigMap settings')]],
  [
    'a kind of others that says it is ready',
    'ready',
    undefined,
    [object('Certificate web', { status: { conditions: [{ type: 'Ready', status: 'True' }] } })],
  ],
  [
    'a kind of others that says it is not',
    'waiting',
    /not ready: Issuing/,
    [object('Certificate web', { status: { conditions: [{ type: 'Ready', status: 'False', reason: 'Issuing' }] } })],
  ],
];

describe('readiness', () => {
  test.each(CASES)('%s is %s', (_, state, why, objects) => {
    const readiness = readinessIn(objects);
    expect(readiness.state).toBe(state);
    if (why) expect((readiness as { why: string }).why).toMatch(why);
  });

  test('of an object that is not there is told apart from one that is on its way', () => {
    expect(readinessOf({ type: 'Pod', namespace: 'shop', name: 'a' }, { world: new Observed(), nowMs: NOW_MS })).toMatchObject({
      state: 'absent',
    });
  });

  test('of a state older than what was applied says nothing', () => {
    const world = new Observed(deployment('web', READY_POD));
    const ref = { type: 'Deployment.apps', namespace: 'shop', name: 'web' };
    expect(readinessOf({ ...ref, generation: 1 }, { world, nowMs: NOW_MS }).state).toBe('ready');
    expect(readinessOf({ ...ref, generation: 2 }, { world, nowMs: NOW_MS }).state).toBe('waiting');
  });
});
