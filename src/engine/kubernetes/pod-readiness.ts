import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import type { KubeObject } from './object.ts';
import { conditionOf, READY, type Readiness, waiting } from './verdict.ts';

export type PodObject = KubeObject & Pod;

/** Nobody but a changed pod or another image can help. */
const HOPELESS = ['ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'];
/** The registry has answered; the kubelet would ask it again all the same. */
const REFUSED = /not found|does not exist|denied|unauthorized|forbidden|not authorized/i;
/** What the pod names is not there, or not yet: asked again by the kubelet every few seconds. */
const MISCONFIGURED = ['CreateContainerConfigError', 'CreateContainerError'];
const MISCONFIGURED_FOR_MS = 15_000;
/** The scheduler's first look is often too early: nodes get ready, volumes get bound. */
const UNSCHEDULABLE_FOR_MS = 10_000;
const UNSCHEDULABLE_YET_FOR_MS = 30_000;
const PASSES = /PersistentVolume|volume|not-ready|unreachable|uninitialized/;

/** How it is with one pod: done, under way, or in a state that waiting does not mend. */
export function podReadiness(pod: PodObject, nowMs: number): Readiness {
  const { phase, reason, message } = pod.status ?? {};
  if (phase === 'Succeeded' || conditionOf(pod, 'Ready')?.status === 'True') return READY;
  if (phase === 'Failed') return { state: 'never', pod, why: message ?? reason ?? endings(pod) ?? 'it has failed' };
  const init = pod.status?.initContainerStatuses ?? [];
  const main = pod.status?.containerStatuses ?? [];
  const found = [...init, ...main].map((status) => containerReadiness(pod, status, { nowMs, hasToStay: main.includes(status) }));
  return (
    found.find(({ state }) => state === 'never') ??
    found.find(({ state }) => state === 'stuck') ??
    unscheduled(pod, nowMs) ??
    coming(pod, [...init, ...main])
  );
}

interface Look {
  readonly nowMs: number;
  /** It has failed even when it ends with 0, unless its pod says otherwise. */
  readonly hasToStay: boolean;
}

function containerReadiness(
  pod: PodObject,
  { name, state, lastState, restartCount }: ContainerStatus,
  { nowMs, hasToStay }: Look,
): Readiness {
  const { reason = '', message = '' } = state?.waiting ?? {};
  const why = `container ${name}: ${reason}${message ? `: ${message}` : ''}`;
  if (HOPELESS.includes(reason) || (reason === 'ErrImagePull' && REFUSED.test(message)))
    return { state: 'never', pod, container: name, why };
  if (MISCONFIGURED.includes(reason) && ageMs(pod.metadata.creationTimestamp, nowMs) >= MISCONFIGURED_FOR_MS)
    return { state: 'stuck', pod, container: name, why };
  const ended = state?.terminated ?? lastState?.terminated;
  const isOver = state?.terminated !== undefined && restartCount > 0;
  const isWrong = ended?.exitCode !== 0 || (hasToStay && (pod.spec?.restartPolicy ?? 'Always') === 'Always');
  if (reason !== 'CrashLoopBackOff' && !(isOver && isWrong)) return waiting(why);
  const how = ended ? `exit code ${ended.exitCode}${ended.reason && ended.reason !== 'Error' ? ` (${ended.reason})` : ''}` : 'an error';
  return {
    state: 'stuck',
    pod,
    container: name,
    why: `container ${name}: ended ${restartCount + 1} times, at last with ${how}`,
    crashed: { begunMs: Date.parse(ended?.startedAt ?? '') || 0 },
  };
}

function unscheduled(pod: PodObject, nowMs: number): Readiness | undefined {
  const { status, reason, message = '', lastTransitionTime } = conditionOf(pod, 'PodScheduled') ?? {};
  if (status !== 'False' || reason !== 'Unschedulable') return undefined;
  const why = `${reason}: ${message}`;
  const isCertain = ageMs(lastTransitionTime, nowMs) >= (PASSES.test(message) ? UNSCHEDULABLE_YET_FOR_MS : UNSCHEDULABLE_FOR_MS);
  return isCertain ? { state: 'stuck', pod, why } : waiting(why, pod);
}

function coming(pod: PodObject, statuses: readonly ContainerStatus[]): Readiness {
  const idle = statuses.find(({ state }) => state?.waiting?.reason && state.waiting.reason !== 'PodInitializing');
  if (idle) {
    const { reason, message } = idle.state?.waiting ?? {};
    return waiting(`container ${idle.name}: ${reason}${message ? `: ${message}` : ''}`, pod);
  }
  const unready = pod.status?.containerStatuses?.find(({ ready, state }) => !ready && state?.running);
  return waiting(unready ? `container ${unready.name} runs, but is not ready` : (pod.status?.phase ?? 'Pending').toLowerCase(), pod);
}

/** `container migrate ended with exit code 3`. */
function endings(pod: PodObject): string | undefined {
  const ended = pod.status?.containerStatuses?.find(({ state }) => state?.terminated && state.terminated.exitCode !== 0);
  return ended && `container ${ended.name} ended with exit code ${ended.state?.terminated?.exitCode}`;
}

export const ageMs = (time: string | undefined, nowMs: number): number => (time === undefined ? 0 : nowMs - Date.parse(time));
