import { describe, expect, test } from 'vitest';
import type { ObjectRef } from '../../../../src/engine/kubernetes/object.ts';
import { Observed } from '../../../../src/engine/kubernetes/observed.ts';
import { readinessOf, settledMs } from '../../../../src/engine/kubernetes/readiness.ts';
import { verdictOf } from '../../../../src/engine/kubernetes/verdict.ts';
import { crashed, deployment, NOW_MS, object, PULL_FAILED, READY_POD } from './objects.ts';

const ref = (name: string): ObjectRef => ({ type: 'Deployment.apps', namespace: 'shop', name });

/** Of Deployments, by name; their pods become ready 30 s before now. */
function verdict(states: Readonly<Record<string, Parameters<typeof deployment>[1]>>) {
  const world = new Observed(Object.entries(states).flatMap(([name, state]) => deployment(name, state)));
  const targets = Object.keys(states).map(ref);
  const findings = targets.map((target) => ({ target, readiness: readinessOf(target, { world, nowMs: NOW_MS }) }));
  const { waiting, failed, isCertain } = verdictOf(findings, settledMs(world));
  return { waiting: waiting.map(({ target }) => target.name), failed: failed?.target.name, isCertain };
}

describe('the verdict over all that is waited for', () => {
  test('has nothing to wait for when all is ready', () => {
    expect(verdict({ app: READY_POD, db: READY_POD })).toEqual({ waiting: [], failed: undefined, isCertain: undefined });
  });

  test('is certain at once about a pod that can never start', () => {
    expect(verdict({ app: PULL_FAILED, db: { running: {} } })).toEqual({ waiting: ['app', 'db'], failed: 'app', isCertain: true });
  });

  test('excuses a crash while another pod is on its way', () => {
    expect(verdict({ app: crashed(5), db: { running: {} } }).failed).toBeUndefined();
  });

  test('excuses a crash that began before the other pod was ready', () => {
    expect(verdict({ app: crashed(40), db: READY_POD }).failed).toBeUndefined();
  });

  test('gives up on a crash that began after everything else was ready', () => {
    expect(verdict({ app: crashed(20), db: READY_POD })).toEqual({ waiting: ['app'], failed: 'app', isCertain: false });
  });

  test('gives up where all that is left is stuck', () => {
    expect(verdict({ app: crashed(20), other: crashed(10) }).failed).toBe('app');
  });

  test('does not take what is not there for something on its way', () => {
    const world = new Observed([...deployment('app', crashed(20)), object('ConfigMap x')]);
    const findings = ['app', 'absent'].map((name) => ({ target: name, readiness: readinessOf(ref(name), { world, nowMs: NOW_MS }) }));
    expect(verdictOf(findings, settledMs(world)).failed?.target).toBe('app');
  });
});
