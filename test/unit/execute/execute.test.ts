import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { execute } from '../../../src/execute/execute.ts';
import { Stops } from '../../../src/execute/stops.ts';
import type { RunId } from '../../../src/plan/names.ts';
import type { Plan, Step } from '../../../src/plan/plan.ts';
import type { RunEvent } from '../../../src/report/events.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { noPrivateDaemons } from '../../support/no-private-daemons.ts';
import { noSelf } from '../../support/no-self.ts';
import { noSockets } from '../../support/no-sockets.ts';
import { container, task } from '../../support/steps.ts';

const run = '01930000-0000-7000-8000-000000000000' as RunId;
const network: Step = { kind: 'network', name: 'network', when: 'success', network: { name: 'net', labels: { 'dev.runner.run': run } } };

function start(steps: readonly Step[], graceMs = 20, hear: (event: RunEvent) => Promise<void> = async () => {}) {
  const containers = new FakeContainers();
  const host = new FakeHost();
  const events: RunEvent[] = [];
  const stops = new Stops(graceMs);
  const kept: number[] = [];
  const plan: Plan = {
    run,
    name: 'test',
    pattern: 'serial',
    file: '-',
    timeoutMs: 5_000,
    keep: { when: 'never', forMs: 60_000 },
    secrets: [],
    collect: [],
    steps,
    notes: [],
  };
  const go = (changes: Partial<Plan> = {}) =>
    execute(
      { ...plan, ...changes },
      {
        engines: { ...enginesOf({ containers, host }), sockets: noSockets, self: noSelf, privateDaemons: noPrivateDaemons },
        proofs: { missing: async (words) => words, add: async () => {} },
        stops,
        ledger: {
          own: async () => {},
          removed: () => {},
          keep: async (untilMs) => void kept.push(untilMs),
          close: async () => {},
          leave: async () => {},
        },
        emit: (event) => {
          events.push(event);
          return hear(event);
        },
        secrets: new Map(),
        now: () => performance.now(),
        startedAt: new Date(0),
        admitCluster: async () => ({ started: async () => {}, release: async () => {} }),
        lockCache: async () => async () => {},
      },
    );
  return { containers, host, events, stops, kept, go };
}

describe('execute', () => {
  test('gives everything back when all steps pass', async () => {
    const { containers, go } = start([network, task('build', { script: 'ok' })]);
    const report = await go();
    expect(report).toMatchObject({ status: 'passed', exitCode: 0, leftovers: [] });
    expect(containers.left).toEqual([]);
  });

  test('a failing build is a verdict, skips the rest, and still cleans up', async () => {
    const { containers, go } = start([
      network,
      task('bad', { script: 'bad' }),
      task('never'),
      task('mend', { when: 'failure' }),
      task('last', { when: 'always' }),
    ]);
    containers.script.behaviours = { bad: { code: 7 } };
    const report = await go();
    expect(report.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'network passed',
      'bad failed',
      'never skipped',
      'mend passed',
      'last passed',
    ]);
    expect(report.exitCode).toBe(7);
    expect(containers.left).toEqual([]);
  });

  test('a failure that the spec allows changes nothing for what follows', async () => {
    const { containers, go } = start([task('bad', { script: 'bad', allowFailure: { exitCodes: [7] } }), task('after')]);
    containers.script.behaviours = { bad: { code: 7 } };
    expect(await go()).toMatchObject({ status: 'passed', exitCode: 0, steps: [{ status: 'failed', allowed: true }, { status: 'passed' }] });
  });

  test('a step is tried again for the classes it lists, in a container as new as the first', async () => {
    const { containers, go } = start([task('flaky', { script: 'flaky', retry: { max: 2, on: ['failure'] } })]);
    containers.script.behaviours = { flaky: { code: 1 } };
    expect((await go()).steps[0]).toMatchObject({ status: 'failed', attempts: 3 });
    expect(containers.log.filter((line) => line.startsWith('+'))).toHaveLength(3);
  });

  test('an environment that could not be made is the runner’s failure, and no step runs in it', async () => {
    const { containers, go } = start([network, task('build'), task('last', { when: 'always' })]);
    containers.script.before = (call) => {
      if (call === 'createNetwork') throw new Error('the daemon said no');
    };
    const report = await go();
    expect(report).toMatchObject({ status: 'errored', exitCode: 125 });
    expect(report.steps.map(({ status }) => status)).toEqual(['errored', 'skipped', 'skipped']);
  });

  test('an interrupt cancels the step under way, still runs what always runs, and leaves nothing', async () => {
    const { containers, stops, go } = start(
      [network, task('slow', { script: 'slow' }), task('next'), task('last', { when: 'always' })],
      200,
    );
    containers.script.behaviours = { slow: { runsMs: 60_000 } };
    setTimeout(() => stops.interrupt('SIGTERM'), 20);
    const report = await go();
    expect(report).toMatchObject({ status: 'cancelled', exitCode: 143, signal: 'SIGTERM' });
    expect(report.steps.map(({ status }) => status)).toEqual(['passed', 'cancelled', 'skipped', 'passed']);
    expect(containers.left).toEqual([]);
  });

  test('a step that runs out of time has failed, with the code of a time-out', async () => {
    const { containers, go } = start([task('slow', { script: 'slow', timeoutMs: 20 })]);
    containers.script.behaviours = { slow: { runsMs: 60_000 } };
    expect(await go()).toMatchObject({ status: 'failed', exitCode: 124, steps: [{ timedOut: true }] });
    expect(containers.left).toEqual([]);
  });

  test('the run’s own time-out ends the step under way', async () => {
    const { containers, go } = start([task('slow', { script: 'slow' })]);
    containers.script.behaviours = { slow: { runsMs: 60_000 } };
    expect(await go({ timeoutMs: 30 })).toMatchObject({ status: 'failed', exitCode: 124, timedOut: true });
    expect(containers.left).toEqual([]);
  });

  test('a service that dies ends the run at once and says so', async () => {
    const { containers, go } = start([container('db', { role: 'service', script: 'db' }), task('slow', { script: 'slow' })]);
    containers.script.behaviours = { db: { code: 3, runsMs: 20 }, slow: { runsMs: 60_000 } };
    const report = await go();
    expect(report).toMatchObject({ status: 'errored', exitCode: 125 });
    expect(report.steps[1]?.error?.message).toBe('service db ended with exit code 3');
  });

  test('a service that is removed after the last step has not died', async () => {
    const { containers, go } = start([container('db', { role: 'service', script: 'db' }), task('build')]);
    containers.script.behaviours = { db: { runsMs: 60_000 } };
    expect(await go()).toMatchObject({ status: 'passed', exitCode: 0 });
  });

  test('a service that dies between two steps is itself what went wrong: a run with skipped steps has not passed', async () => {
    const died = Promise.withResolvers<void>();
    const { containers, go } = start([container('db', { role: 'service', script: 'db' }), task('one'), task('two')], 20, async (event) => {
      if (event.type !== 'step.ended' || event.step.name !== 'one') return;
      died.resolve();
      await delay(10);
    });
    containers.script.behaviours = { db: { code: 3, act: () => died.promise } };
    const report = await go();
    expect(report).toMatchObject({ status: 'errored', exitCode: 125 });
    expect(report.steps.map(({ name, status }) => `${name} ${status}`)).toEqual(['db errored', 'one passed', 'two skipped']);
  });

  test('a question about readiness that gets no answer ends with its time', async () => {
    const ready = { run: 'hangs', intervalMs: 1, tryMs: 10_000, timeoutMs: 30 };
    const { containers, go } = start([{ ...container('db', { script: 'db' }), ready } as Step, task('never')]);
    containers.script.behaviours = { db: { runsMs: 60_000 }, hangs: { runsMs: Number.POSITIVE_INFINITY } };
    const report = await go();
    expect(report.steps.map(({ name, status }) => `${name} ${status}`)).toEqual(['db errored', 'never skipped']);
    expect(report.steps[0]?.error).toMatchObject({ code: 'service.not-ready', detail: ['asked: run hangs', 'last answer: none'] });
  });

  test('what comes after a service that does one thing waits for its end', async () => {
    const { containers, go } = start([{ ...container('seed', { script: 'seed' }), untilEnd: true } as Step, task('build')]);
    containers.script.behaviours = { seed: { runsMs: 30 } };
    const { status, steps } = await go();
    expect({ status, note: steps[0]?.note }).toEqual({ status: 'passed', note: 'ended with 0' });
    expect(steps[1]?.startedMs).toBeGreaterThanOrEqual(29);
  });

  test('an interrupt does not wait for a service that does one thing', async () => {
    const { containers, stops, go } = start([{ ...container('seed', { script: 'seed' }), untilEnd: true } as Step, task('build')]);
    containers.script.behaviours = { seed: { runsMs: 60_000 } };
    setTimeout(() => stops.interrupt('SIGINT'), 20);
    expect((await go()).steps.map(({ status }) => status)).toEqual(['cancelled', 'skipped']);
    expect(containers.left).toEqual([]);
  });

  test('what could not be removed is left over, and a passed build then says 120', async () => {
    const { containers, go } = start([task('build')]);
    containers.script.before = (call) => {
      if (call === 'removeContainer') throw new Error('busy');
    };
    const report = await go();
    expect(report).toMatchObject({ status: 'passed', exitCode: 120, leftovers: [{ kind: 'container' }] });
  });

  test('a failed run that is to be kept keeps its containers, and says until when', async () => {
    const { containers, kept, go } = start([container('holder', { role: 'holder', script: 'hold' }), task('bad', { script: 'bad' })]);
    containers.script.behaviours = { bad: { code: 1 }, hold: { runsMs: 60_000 } };
    const report = await go({ keep: { when: 'on_failure', forMs: 60_000 } });
    expect(report.kept).toEqual({ until: new Date(60_000).toISOString(), container: 'test-holder' });
    expect(containers.left).toContain('container test-holder');
    expect(kept).toEqual([60_000]);
  });

  test('a run that brings nothing back says so, and passes', async () => {
    const from = { folder: '/work' };
    const { events, go } = start([
      { kind: 'artifacts', name: 'artifacts', when: 'success', from, paths: ['dits/**'], junit: [], to: '/out' },
    ]);
    expect((await go()).status).toBe('passed');
    expect(events).toContainEqual({ type: 'run.warning', text: 'no artifacts: nothing matches dits/**' });
  });

  test('neighbours of one wave are carried out at the same time', async () => {
    const { containers, go } = start([container('a', { wave: 0 }), container('b', { wave: 0 })]);
    const together = Promise.withResolvers<void>();
    let creating = 0;
    containers.script.before = async (call) => {
      if (call !== 'create') return;
      creating += 1;
      if (creating === 2) together.resolve();
      await together.promise;
    };
    expect((await go()).status).toBe('passed');
  });
});
