import type { KubeObject } from './object.ts';
import type { PodObject } from './pod-readiness.ts';

/** How it is with one object. */
export type Readiness =
  | { readonly state: 'ready' }
  /** It is not there, and nothing is seen that would bring it. */
  | ({ readonly state: 'absent' } & Trouble)
  | ({ readonly state: 'waiting' } & Trouble)
  /** It comes right only if something else does first: a program that ends until its database is there, a pod that no node has room for. */
  | ({ readonly state: 'stuck'; readonly crashed?: { readonly begunMs: number } } & Trouble)
  | ({ readonly state: 'never' } & Trouble);

interface Trouble {
  readonly why: string;
  readonly pod?: PodObject | undefined;
  readonly container?: string;
}

export const READY: Readiness = { state: 'ready' };
export const waiting = (why: string, pod?: PodObject): Readiness => ({ state: 'waiting', why, pod });

const GRAVITY: Readonly<Record<Readiness['state'], number>> = { ready: 0, absent: 1, waiting: 2, stuck: 3, never: 4 };

export const worstOf = (all: readonly Readiness[]): Readiness =>
  all.reduce((worst, one) => (GRAVITY[one.state] > GRAVITY[worst.state] ? one : worst), READY);

export interface Finding<T> {
  readonly target: T;
  readonly readiness: Exclude<Readiness, { readonly state: 'ready' }>;
}

/** What is left to wait for; `failed` when waiting longer is of no use, or of none as far as can be seen (`isCertain: false`). */
export interface Verdict<T> {
  readonly waiting: readonly Finding<T>[];
  readonly failed?: Finding<T>;
  readonly isCertain?: boolean;
}

/**
 * A target that is stuck is excused as long as another is on its way, and a crash as long as it began before the last of
 * the others (at `settledMs`) was ready: the next try may find what this one missed.
 */
export function verdictOf<T>(findings: readonly { readonly target: T; readonly readiness: Readiness }[], settledMs: number): Verdict<T> {
  const open = findings.filter((finding): finding is Finding<T> => finding.readiness.state !== 'ready');
  const never = open.find(({ readiness }) => readiness.state === 'never');
  if (never) return { waiting: open, failed: never, isCertain: true };
  const isComing = open.some(({ readiness }) => readiness.state === 'waiting');
  const stuck = open.find(({ readiness }) => readiness.state === 'stuck' && (readiness.crashed?.begunMs ?? settledMs) >= settledMs);
  return stuck && !isComing ? { waiting: open, failed: stuck, isCertain: false } : { waiting: open };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export const conditionOf = (object: KubeObject, type: string): Condition | undefined =>
  (object as { status?: { conditions?: readonly Condition[] } }).status?.conditions?.find((condition) => condition.type === type);
