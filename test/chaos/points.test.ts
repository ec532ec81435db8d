import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PrivateEngine } from '../support/private-engine.ts';
import { scriptedDaemon } from '../support/scripted-daemon.ts';
import { chaosEngine } from './engine.ts';
import { failuresIn, inFolder, PARALLEL, performAll } from './series.ts';
import { type Between, furnish, type Scene, start, type Trial } from './trial.ts';
import { EVERY_WORKLOAD, type Workload } from './workloads.ts';

let engine: PrivateEngine;
beforeAll(() => {
  engine = chaosEngine('', EVERY_WORKLOAD);
}, 300_000);
afterAll(() => engine.down(), 60_000);

/** Both sides of every point where the real thing is asked for, or the job's share of them; else a few, from all over, and each side in turn. */
function chosen(trials: readonly Trial[], { share = 1 }: Workload): readonly Trial[] {
  const count = process.env['CHAOS_TRIALS'] === undefined ? PARALLEL : Math.max(4, Math.ceil(trials.length * share));
  const points = trials.length / SIDES.length;
  return Array.from({ length: Math.min(count, trials.length) }, (_, n) => {
    const point = Math.floor(((n + 0.5) * points) / count);
    return trials[SIDES.length * point + (n % SIDES.length)] as Trial;
  });
}

const NODE_OPTIONS = `--import ${path.join(import.meta.dirname, 'points.ts')}`;
const SIDES = ['before', 'after'] as const;

describe.each(Object.entries(EVERY_WORKLOAD))('%s', (job, workload) => {
  test('killed before and after whatever it does to the disk or starts, it leaves nothing', { timeout: 1_800_000 }, async () => {
    const seen = await inFolder(async (folder) => {
      furnish(folder, workload);
      const log = path.join(folder, 'points');
      await start(folder, 'spec.yaml', {
        env: { DOCKER_HOST: engine.address, NODE_OPTIONS, CHAOS_POINT: `log ${log}` },
        behind: engine.beside,
      }).ended;
      return readFileSync(log, 'utf8').trim().split('\n');
    });
    expect(seen).toEqual(expect.arrayContaining(['handle.sync', 'link ID', 'spawn sh']));
    const trials = seen.flatMap((point, index) =>
      SIDES.map(
        (side): Trial => ({
          what: 'KILL before and after each write, fsync and start of a process',
          job,
          seed: `${side} ${index + 1} (${point})`,
          workload,
          env: { NODE_OPTIONS, CHAOS_POINT: `${side} ${index + 1}` },
        }),
      ),
    );
    const verdicts = await performAll(chosen(trials, workload), engine);
    expect(failuresIn(verdicts)).toEqual([]);
  });
});

describe.each(Object.entries(EVERY_WORKLOAD).filter(([job]) => job !== 'host'))('%s', (job, workload) => {
  test('killed before and after whatever it asks the daemon to change, it leaves nothing', { timeout: 1_800_000 }, async () => {
    const seen = await inFolder(async (folder) => {
      furnish(folder, workload);
      const proxy = await scriptedDaemon(engine.socket);
      await start(folder, 'spec.yaml', { env: { DOCKER_HOST: proxy.url }, behind: engine.beside }).ended;
      await proxy.close();
      return proxy.seen.filter((request) => /^(POST|PUT|DELETE) /.test(request));
    });
    expect(seen.length).toBeGreaterThan(5);
    const trials = seen.flatMap((request, index) =>
      SIDES.map(
        (side): Trial => ({
          what: 'KILL before and after each request that changes something',
          job,
          seed: `${side} ${index + 1} (${request.split('?')[0]})`,
          workload,
          through: (socket) => killingAt(socket, side, index),
        }),
      ),
    );
    const verdicts = await performAll(chosen(trials, workload), engine);
    expect(failuresIn(verdicts)).toEqual([]);
  });
});

/** The runner dies at its n-th request, and the daemon acts on what it has read. */
async function killingAt(socket: string, side: (typeof SIDES)[number], index: number): Promise<Between> {
  const proxy = await scriptedDaemon(socket);
  const victim = Promise.withResolvers<Scene>();
  const act = async (): Promise<void> => {
    const { child, ended } = await victim.promise;
    child.kill('SIGKILL');
    await ended;
  };
  proxy.rule({ method: 'POST|PUT|DELETE', path: /./, skip: index, times: 1, fault: { type: `call-${side}`, act } });
  return {
    url: proxy.url,
    strike: async (scene) => {
      victim.resolve(scene);
      await scene.ended;
    },
    close: () => proxy.close(),
  };
}
