import { describe, expect, test } from 'vitest';
import { RunnerError } from '../../../src/errors.ts';
import { execute } from '../../../src/execute/execute.ts';
import { Stops } from '../../../src/execute/stops.ts';
import type { RunId } from '../../../src/plan/names.ts';
import type { Plan, Step } from '../../../src/plan/plan.ts';
import { FakeContainers } from '../../support/fake-containers.ts';
import { enginesOf } from '../../support/fake-engines.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { noPrivateDaemons } from '../../support/no-private-daemons.ts';
import { noSelf } from '../../support/no-self.ts';
import { noSockets } from '../../support/no-sockets.ts';
import { container, containerPlan, task } from '../../support/steps.ts';

const run = '01930000-0000-7000-8000-000000000000' as RunId;

async function executed(steps: readonly Step[], prepare: (containers: FakeContainers) => void) {
  const containers = new FakeContainers();
  prepare(containers);
  const plan: Plan = {
    ...{ run, name: 'test', pattern: 'serial', file: '-', timeoutMs: 5_000, keep: { when: 'never', forMs: 1 } },
    ...{ secrets: [], collect: [], steps, notes: [] },
  };
  const nothing = async (): Promise<void> => {};
  const report = await execute(plan, {
    engines: { ...enginesOf({ containers, host: new FakeHost() }), sockets: noSockets, self: noSelf, privateDaemons: noPrivateDaemons },
    proofs: { missing: async (words) => words, add: nothing },
    stops: new Stops(20),
    ledger: { own: nothing, removed: () => {}, keep: nothing, close: nothing, leave: nothing },
    emit: () => {},
    secrets: new Map(),
    now: () => performance.now(),
    startedAt: new Date(0),
    lockCache: async () => nothing,
    admitCluster: async () => ({ started: nothing, release: nothing }),
  });
  return { containers, report, ends: report.steps.map(({ name, status }) => `${name} ${status}`) };
}

const early = (name: string, script = 'ok'): Step => {
  const step = task(name);
  const place = { in: 'container', container: { ...containerPlan(name, script), stdin: 'go' }, early: true } as const;
  return { ...step, place } as Step;
};

const build = (tag: string): Step => ({
  ...{ kind: 'build', name: `build ${tag}`, when: 'success', wave: 0 },
  build: { tag, context: '/', dockerfile: '/Dockerfile', args: {}, labels: { 'dev.runner.run': run }, secrets: [] },
});

describe('a container whose command waits for its turn', () => {
  test('is started while the step before it runs, and let go when that has ended', async () => {
    const { containers, ends } = await executed([early('one', 'long'), early('two', 'echo')], (fake) => {
      fake.script.behaviours = { long: { runsMs: 40 }, echo: { echoesStdin: true } };
    });
    expect(ends).toEqual(['one passed', 'two passed']);
    expect(containers.log.indexOf('▶container test-two')).toBeLessThan(containers.log.indexOf('-container test-one'));
  });

  test('is never let go when the step before it fails, and is removed', async () => {
    let hasRun = false;
    const act = async (): Promise<void> => {
      hasRun = true;
    };
    const { containers, ends } = await executed([early('one', 'bad'), early('two', 'act')], (fake) => {
      fake.script.behaviours = { bad: { code: 1, runsMs: 30 }, act: { act } };
    });
    expect({ ends, hasRun, left: containers.left }).toEqual({ ends: ['one failed', 'two skipped'], hasRun: false, left: [] });
    expect(containers.log).toContain('▶container test-two');
  });

  test('that cannot be started is told of in its own turn', async () => {
    const { ends } = await executed([early('one', 'long'), early('two')], (fake) => {
      fake.script.behaviours = { long: { runsMs: 30 } };
      fake.script.before = (call) => {
        if (call === 'poise') throw new Error('no such program');
      };
    });
    expect(ends).toEqual(['one passed', 'two errored']);
  });

  test.each(['holder', 'daemon'] as const)('is not started before the %s is up whose network it shares', async (role) => {
    const { containers, ends } = await executed([container('first', { role, script: 'stays' }), early('one')], (fake) => {
      fake.script.behaviours = { stays: { runsMs: 1_000 } };
      fake.script.before = async (call, name) => {
        if (call === 'start' && name === 'test-first') await new Promise((resolve) => setTimeout(resolve, 30));
      };
    });
    expect(ends).toEqual(['first passed', 'one passed']);
    expect(containers.log.indexOf('▶container test-first')).toBeLessThan(containers.log.indexOf('▶container test-one'));
  });

  test('is waited for and removed when the step before it fails at once', async () => {
    const { containers, ends } = await executed([early('one'), early('two')], (fake) => {
      fake.script.before = async (call, name) => {
        if (call === 'create' && name === 'test-one') throw new Error('no such image');
        if (call === 'create') await new Promise((resolve) => setTimeout(resolve, 30));
      };
    });
    expect({ ends, left: containers.left }).toEqual({ ends: ['one errored', 'two skipped'], left: [] });
  });
});

describe('of steps side by side', () => {
  test('the first that fails stops the others, and it alone is the failure', async () => {
    const { containers, report, ends } = await executed([build('slow'), build('bad'), task('never')], (fake) => {
      fake.script.behaviours = { slow: { runsMs: 60_000 }, bad: { code: 1, runsMs: 20 } };
    });
    expect(ends).toEqual(['build slow cancelled', 'build bad errored', 'never skipped']);
    expect(report).toMatchObject({ status: 'errored', exitCode: 125 });
    expect(containers.left).toEqual([]);
  });

  test('one that waits for another is not started once that can’t get there', async () => {
    const db = { ...container('db', { script: 'db', wave: 0 }), ready: { run: 'no', intervalMs: 1, tryMs: 1_000, timeoutMs: 30 } } as Step;
    const app = { ...container('app', { wave: 0 }), after: { 'test-db': 'ready' } } as Step;
    const { containers, ends } = await executed([db, app, task('never')], (fake) => {
      fake.script.behaviours = { db: { runsMs: 60_000 }, no: { code: 1 } };
    });
    expect(ends).toEqual(['db errored', 'app skipped', 'never skipped']);
    expect(containers.log).not.toContain('▶container test-app');
  });

  test('one that wants another only started does not wait for it to be ready', async () => {
    let isOpen = false;
    const db = {
      ...container('db', { script: 'db', wave: 0 }),
      ready: { run: 'open', intervalMs: 1, tryMs: 1_000, timeoutMs: 3_000 },
    } as Step;
    const key = { ...container('key', { script: 'key', wave: 0 }), after: { 'test-db': 'started' } } as Step;
    const opens = async (): Promise<void> => {
      isOpen = true;
    };
    const { ends } = await executed([db, key], (fake) => {
      const open = {
        get code() {
          return isOpen ? 0 : 1;
        },
      };
      fake.script.behaviours = { db: { runsMs: 60_000 }, key: { act: opens, runsMs: 60_000 }, open };
    });
    expect(ends).toEqual(['db passed', 'key passed']);
  });

  test('a try that hangs does not take the time of those after it', async () => {
    let tries = 0;
    const hangs = {
      get runsMs() {
        tries += 1;
        return tries === 1 ? Number.POSITIVE_INFINITY : 0;
      },
    };
    const db = { ...container('db', { script: 'db' }), ready: { run: 'hangs', intervalMs: 1, tryMs: 20, timeoutMs: 3_000 } } as Step;
    const { ends, report } = await executed([db], (fake) => {
      fake.script.behaviours = { db: { runsMs: 60_000 }, hangs };
    });
    expect({ ends, note: report.steps[0]?.note }).toEqual({ ends: ['db passed'], note: expect.stringContaining('run hangs') });
  });
});

describe('a step that needs another of its wave', () => {
  const network = (name: string, needs?: readonly string[]): Step => ({
    kind: 'network',
    name,
    when: 'success',
    wave: 3,
    network: { name: `test-${name}`, labels: {} },
    ...(needs ? { needs } : {}),
  });

  test('comes after it, whatever stands beside both', async () => {
    const { containers, ends } = await executed([network('first'), network('other'), network('second', ['first'])], (daemon) => {
      daemon.script.before = async (call, name) => {
        if (call === 'createNetwork' && name === 'test-first') await new Promise((resolve) => setTimeout(resolve, 50));
      };
    });
    expect(ends).toEqual(['first passed', 'other passed', 'second passed']);
    expect(containers.log.filter((line) => line.startsWith('+'))).toEqual([
      '+network test-other',
      '+network test-first',
      '+network test-second',
    ]);
  });

  test('is skipped when that one could not be made', async () => {
    const { ends } = await executed([network('first'), network('second', ['first'])], (daemon) => {
      daemon.script.before = (call, name) => {
        if (call === 'createNetwork' && name === 'test-first') throw new RunnerError('docker.failed', 'no');
      };
    });
    expect(ends).toEqual(['first errored', 'second skipped']);
  });
});
