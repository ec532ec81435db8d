import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { Event, Namespace, PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import type { KubeObject, ObjectRef, TypeName } from './object.ts';
import type { Observed } from './observed.ts';
import { ageMs, type PodObject, podReadiness } from './pod-readiness.ts';
import { ingressReadiness, serviceReadiness } from './traffic-readiness.ts';
import { conditionOf, READY, type Readiness, waiting, worstOf } from './verdict.ts';

interface Look {
  readonly world: Observed;
  readonly nowMs: number;
}

type Rule = (object: KubeObject, look: Look) => Readiness;

/** The kinds whose readiness is more than being there. */
const RULES: Readonly<Record<TypeName, Rule>> = {
  Pod: (pod, look) => onePod(pod as PodObject, look),
  'Deployment.apps': deploymentReadiness,
  'StatefulSet.apps': statefulSetReadiness,
  'DaemonSet.apps': daemonSetReadiness,
  'ReplicaSet.apps': (set, look) =>
    counted(set, look, { ready: (set as ReplicaSet).status?.readyReplicas, of: (set as ReplicaSet).spec?.replicas }),
  'Job.batch': jobReadiness,
  PersistentVolumeClaim: claimReadiness,
  Service: (service, { world }) => serviceReadiness(service, world),
  'Ingress.networking.k8s.io': (ingress, { world }) => ingressReadiness(ingress, world),
  Namespace: (one) => ((one as Namespace).status?.phase === 'Terminating' ? waiting('it is being removed') : READY),
  'CustomResourceDefinition.apiextensions.k8s.io': (one) => byCondition(one, 'Established'),
  'APIService.apiregistration.k8s.io': (one) => byCondition(one, 'Available'),
  Node: (one) => byCondition(one, 'Ready'),
};

/** Which kinds have to be watched to tell the readiness of a type, beside the type itself. */
export const LOOKED_AT: readonly TypeName[] = ['Pod', 'ReplicaSet.apps', 'Service', 'EndpointSlice.discovery.k8s.io', 'Event'];

export function readinessOf({ generation = 0, ...ref }: ObjectRef, look: Look): Readiness {
  const object = look.world.get(ref);
  if (!object) return { state: 'absent', why: 'it is not there' };
  if ((object.metadata.generation ?? generation) < generation) return waiting('its newest state was not seen yet');
  return (RULES[ref.type] ?? otherReadiness)(object, look);
}

/** When the last pod became ready or ended well: what began before may have missed it. */
export function settledMs(world: Observed): number {
  const times = world.all<PodObject>('Pod').flatMap((pod) => {
    const ready = conditionOf(pod, 'Ready');
    const ends = (pod.status?.containerStatuses ?? []).map(({ state }) =>
      state?.terminated?.exitCode === 0 ? state.terminated.finishedAt : '',
    );
    return [ready?.status === 'True' ? ready.lastTransitionTime : '', ...ends];
  });
  return Math.max(0, ...times.map((time) => Date.parse(time ?? '') || 0));
}

function deploymentReadiness(object: KubeObject, look: Look): Readiness {
  const { spec, status = {}, metadata } = object as KubeObject & Deployment;
  const replicas = spec?.replicas ?? 1;
  const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const isSeen = observedGeneration >= (metadata.generation ?? 0);
  if (isSeen && updatedReplicas >= replicas && availableReplicas >= replicas && (status.replicas ?? 0) <= updatedReplicas) return READY;
  const revision = metadata.annotations?.[REVISION];
  const sets = look.world.ownedBy(object, 'ReplicaSet.apps').filter((set) => set.metadata.annotations?.[REVISION] === revision);
  const worst = worstPod(
    sets.flatMap((set) => look.world.ownedBy<PodObject>(set, 'Pod')),
    look,
  );
  if (isTrouble(worst)) return worst;
  const failure = conditionOf(object, 'ReplicaFailure');
  if (failure?.status === 'True' && ageMs(failure.lastTransitionTime, look.nowMs) >= REFUSED_FOR_MS)
    return { state: 'stuck', why: `no pod can be made: ${failure.message}` };
  const progress = conditionOf(object, 'Progressing');
  if (isSeen && progress?.reason === 'ProgressDeadlineExceeded') return { state: 'never', why: progress.message ?? progress.reason };
  return shortOf(availableReplicas, replicas, worst);
}

const REVISION = 'deployment.kubernetes.io/revision';
/** A ServiceAccount or a quota may come a moment later than what needs it. */
const REFUSED_FOR_MS = 10_000;

function statefulSetReadiness(object: KubeObject, look: Look): Readiness {
  const { spec, status, metadata } = object as KubeObject & StatefulSet;
  const { updateStrategy, replicas = 1 } = spec ?? {};
  const isStaged = updateStrategy?.type === 'OnDelete' || (updateStrategy?.rollingUpdate?.partition ?? 0) > 0;
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const ready = isSeen ? Math.min(status?.readyReplicas ?? 0, isStaged ? replicas : (status?.updatedReplicas ?? 0)) : 0;
  return isSeen && ready >= replicas ? READY : ownPods(object, look, { ready, of: replicas });
}

function daemonSetReadiness(object: KubeObject, look: Look): Readiness {
  const { status, metadata } = object as KubeObject & DaemonSet;
  const of = status?.desiredNumberScheduled ?? 0;
  const ready = Math.min(status?.numberAvailable ?? 0, status?.updatedNumberScheduled ?? 0);
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return isSeen && ready >= of ? READY : ownPods(object, look, { ready, of });
}

function counted(object: KubeObject, look: Look, { ready = 0, of = 1 }: { ready: number | undefined; of: number | undefined }): Readiness {
  return ready >= of ? READY : ownPods(object, look, { ready, of });
}

function ownPods(object: KubeObject, look: Look, { ready, of }: { ready: number; of: number }): Readiness {
  const worst = worstPod(look.world.ownedBy<PodObject>(object, 'Pod'), look);
  return isTrouble(worst) ? worst : shortOf(ready, of, worst);
}

/** It tries as often as its `backoffLimit` allows: a pod that fails is not the end, and a pod that can't start is. */
function jobReadiness(object: KubeObject, look: Look): Readiness {
  const { spec, status } = object as KubeObject & Job;
  if (conditionOf(object, 'Complete')?.status === 'True' || spec?.suspend) return READY;
  const pods = look.world.ownedBy<PodObject>(object, 'Pod');
  const failed = conditionOf(object, 'Failed');
  const last = pods.toSorted((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '')).at(-1);
  if (failed?.status === 'True') return { state: 'never', pod: last, why: `${failed.reason}: ${failed.message}` };
  const worst = worstPod(
    pods.filter((pod) => pod.status?.phase !== 'Failed'),
    look,
  );
  if (isTrouble(worst) && !('crashed' in worst)) return worst;
  const tries = status?.failed ? `${status.failed} of ${(spec?.backoffLimit ?? 6) + 1} tries failed` : 'it has not ended';
  return waiting(tries, last);
}

/** A claim that no pod mounts may wait for its first one as long as it likes. */
function claimReadiness(object: KubeObject, { world }: Look): Readiness {
  const { metadata, status } = object as KubeObject & PersistentVolumeClaim;
  if (status?.phase === 'Lost') return { state: 'never', why: 'its volume is lost' };
  const pods = world.all<PodObject>('Pod', metadata.namespace);
  const isUsed = pods.some((pod) => pod.spec?.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === metadata.name));
  return status?.phase === 'Bound' || !isUsed ? READY : waiting('it is not bound to a volume');
}

/** Of a kind that others have defined, the usual condition when it has one. */
const otherReadiness: Rule = (object) => (conditionOf(object, 'Ready') ? byCondition(object, 'Ready') : READY);

function byCondition(object: KubeObject, type: string): Readiness {
  const { status, reason, message } = conditionOf(object, type) ?? {};
  return status === 'True' ? READY : waiting([`not ${type.toLowerCase()}`, reason, message].filter(Boolean).join(': '));
}

/** The kubelet tells its events at once, and the state of a pod only with its next look at it, ten seconds later. */
function onePod(pod: PodObject, { world, nowMs }: Look): Readiness {
  const readiness = podReadiness(pod, nowMs);
  if (readiness.state !== 'waiting' || !readiness.why.includes('ErrImagePull')) return readiness;
  const events = world.all<Event>('Event', pod.metadata.namespace).filter(({ involvedObject }) => involvedObject.uid === pod.metadata.uid);
  const backOff = events.find(({ reason, message = '' }) => reason === 'BackOff' && message.startsWith('Back-off pulling image'));
  return backOff ? { state: 'never', pod, why: readiness.why.replace('ErrImagePull', 'ImagePullBackOff') } : readiness;
}

const isTrouble = ({ state }: Readiness): boolean => state === 'never' || state === 'stuck';

function worstPod(pods: readonly PodObject[], look: Look): Readiness {
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return worstOf(staying.map((pod) => named(onePod(pod, look), pod)));
}

const named = (readiness: Readiness, pod: PodObject): Readiness =>
  readiness.state === 'ready' ? readiness : { ...readiness, why: `pod ${pod.metadata.name}: ${readiness.why}` };

function shortOf(ready: number, of: number, worst: Readiness): Readiness {
  const counts = `${ready} of ${of} are ready`;
  return worst.state === 'waiting' ? waiting(`${counts}; ${worst.why}`, worst.pod) : waiting(counts);
}
