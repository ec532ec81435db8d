import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, throwaway } from '../support/cli.ts';
import type { PrivateEngine } from '../support/private-engine.ts';
import { identities, makeDecoys } from './decoys.ts';
import { chaosEngine } from './engine.ts';
import { judge } from './judge.ts';
import { inventoryOf } from './oracle.ts';
import { note } from './results.ts';
import { failuresIn, inFolder, performAll, SEED } from './series.ts';
import { STRIKES } from './strikes.ts';
import { furnish, perform, type Trial } from './trial.ts';
import { WORKLOADS, type Workload } from './workloads.ts';

let engine: PrivateEngine;
beforeAll(() => {
  engine = chaosEngine();
}, 180_000);
afterAll(() => engine.down(), 60_000);

const isForReal = process.env['CHAOS_TRIALS'] !== undefined;

test('what only looks like a run’s, and the live and kept runs of others, are never touched', { timeout: 900_000 }, async () => {
  const count = isForReal ? 500 : 60;
  makeDecoys(engine.address, count);
  const before = identities(engine.address);
  expect(before.length).toBeGreaterThan(count);
  const jobs = Object.entries(WORKLOADS).filter(([, { share }]) => share === undefined);
  const killed = jobs.flatMap(([job, workload]) =>
    Object.keys(STRIKES).map(
      (what): Trial => ({
        what: 'KILL beside decoys',
        job,
        seed: `${SEED}/decoys/${what}/${job}`,
        workload,
        ...(STRIKES[what] as (typeof STRIKES)[string]),
      }),
    ),
  );
  const verdicts = await performAll(isForReal ? killed : killed.slice(0, 4), engine);
  const cwd = throwaway();
  for (const args of [['gc', '--dry-run'], ['gc'], ['gc', '--older-than', '0s']])
    expect((await runCli(args, { cwd, env: { DOCKER_HOST: engine.address } })).code).toBe(0);
  const after = new Set(identities(engine.address));
  const touched = before.filter((line) => !after.has(line));
  for (const decoy of before)
    note({ what: 'decoys beside killed runs and gc', subject: 'all', seed: SEED, failed: touched.includes(decoy), figure: '', ms: 0 });
  expect(touched).toEqual([]);
  expect(failuresIn(verdicts)).toEqual([]);
});

test('many runs at once do not collide, fail or leave anything', { timeout: 3_600_000 }, async () => {
  const [rounds, crowd] = isForReal ? [5, 100] : [1, 20];
  const workload: Workload = { ...(WORKLOADS['serial'] as Workload), goneWithinMs: 30_000 };
  for (let round = 0; round < rounds; round += 1) {
    await inFolder(async (folder) => {
      const trials = Array.from(
        { length: crowd },
        (_, index): Trial => ({ what: `${crowd} runs at once`, job: 'serial', seed: `${round}/${index}`, workload }),
      );
      const stages = trials.map((trial, index) => ({ trial, folder: path.join(folder, `t${index}`) }));
      for (const stage of stages) furnish(stage.folder, workload);
      const before = await inventoryOf({ engine, folder });
      const performing = stages.map(({ trial, folder: own }) =>
        perform(trial, { folder: own, docker: engine.address, behind: engine.beside, usualMs: 0 }),
      );
      const verdicts = await judge(before, performing, { engine, folder });
      const performed = verdicts.map((verdict) => verdict.performed);
      for (const { performed: one, left, goneAfterMs } of verdicts)
        note({
          what: `${crowd} runs at once`,
          subject: 'serial',
          seed: one.trial.seed,
          failed: one.code !== 0 || left.length > 0,
          figure: 'until all was gone',
          ms: goneAfterMs,
        });
      expect(performed.filter(({ code }) => code !== 0).map(({ code, said }) => `${code}: ${said}`)).toEqual([]);
      expect(new Set(performed.flatMap(({ runs }) => runs)).size).toBe(crowd);
      expect(failuresIn(verdicts)).toEqual([]);
    });
  }
});
