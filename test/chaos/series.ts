import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PrivateEngine } from '../support/private-engine.ts';
import { judge, type Verdict } from './judge.ts';
import { inventoryOf } from './oracle.ts';
import { noteVerdict } from './results.ts';
import { STRIKES } from './strikes.ts';
import { furnish, perform, start, type Trial, unfurnish } from './trial.ts';
import type { Workload } from './workloads.ts';

/** `make chaos N=200` for the real thing; a few in `make test`. */
export const TRIALS: number = Number(process.env['CHAOS_TRIALS'] ?? 2);
/** Runs at the same time in one inventory. */
export const PARALLEL: number = Number(process.env['CHAOS_PARALLEL'] ?? 4);
const trialsFor = ({ share = 1 }: Workload): number => Math.ceil(TRIALS * share);
/** Another number gives other instants. */
export const SEED: string = process.env['CHAOS_SEED'] ?? '1';

/** The jobs in turn, so that a group of trials is a mixture of them. */
export const strikesOn = (jobs: Readonly<Record<string, Workload>>, what: string): readonly Trial[] =>
  trialsOn(jobs, what, STRIKES[what] as (typeof STRIKES)[string]);

export const trialsOn = (jobs: Readonly<Record<string, Workload>>, what: string, how: Partial<Trial>): readonly Trial[] =>
  Array.from({ length: TRIALS }, (_, index) =>
    Object.entries(jobs)
      .filter(([, workload]) => index < trialsFor(workload))
      .map(([job, workload]): Trial => ({ what, job, seed: [SEED, what, job, index].join('/'), workload, ...how })),
  ).flat();

/** Carry trials out, several at a time, each group with its own inventory before and after. */
export async function performAll(trials: readonly Trial[], engine: PrivateEngine): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let at = 0; at < trials.length; at += PARALLEL) {
    const group = await performGroup(trials.slice(at, at + PARALLEL), engine);
    for (const verdict of group) noteVerdict(verdict);
    verdicts.push(...group);
  }
  return verdicts;
}

/** `besides` happens to all of them at once, such as the end of their daemon; it is told how long the longest of them takes. */
export async function performGroup(
  trials: readonly Trial[],
  engine: PrivateEngine,
  besides: (usualMs: number) => Promise<void> = async () => {},
): Promise<readonly Verdict[]> {
  const usual = await Promise.all(trials.map(({ workload }) => usualMs(workload, engine)));
  return inFolder(async (folder) => {
    const stages = await Promise.all(
      trials.map(async (trial, index) => ({
        trial,
        folder: path.join(folder, `t${index}`),
        docker: engine.address,
        behind: engine.beside,
        usualMs: usual[index] as number,
        between: await trial.through?.(engine.socket),
      })),
    );
    for (const { trial, folder: own } of stages) furnish(own, trial.workload);
    try {
      const before = await inventoryOf({ engine, folder });
      const over = besides(Math.max(...usual));
      const performing = stages.map(({ trial, ...stage }) => perform(trial, { ...stage, over }));
      return await judge(before, performing, { engine, folder });
    } finally {
      for (const { trial, folder: own } of stages) unfurnish(own, trial.workload);
      await Promise.all(stages.map(({ between }) => between?.close()));
    }
  });
}

const known = new Map<string, Promise<number>>();

/** How long a run takes here when as many go on beside it as in a trial; found out once. */
function usualMs(workload: Workload, engine: PrivateEngine): Promise<number> {
  const found = known.get(workload.spec) ?? measure(workload, engine);
  known.set(workload.spec, found);
  return found;
}

const measure = (workload: Workload, engine: PrivateEngine): Promise<number> =>
  inFolder(async (folder) => {
    const times = await Promise.all(
      Array.from({ length: PARALLEL }, async (_, index) => {
        const own = path.join(folder, `t${index}`);
        furnish(own, workload);
        const startMs = performance.now();
        await start(own, 'spec.yaml', { env: { DOCKER_HOST: engine.address }, behind: engine.beside }).ended;
        unfurnish(own, workload);
        return performance.now() - startMs;
      }),
    );
    return times.toSorted((a, b) => a - b)[PARALLEL >> 1] as number;
  });

export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'chaos-')));
  mkdirSync(folder, { recursive: true });
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a person needs to know of a trial that left something. */
export const failuresIn = (verdicts: readonly Verdict[]): readonly string[] =>
  verdicts
    .filter(({ left }) => left.length > 0)
    .map(({ performed: { trial, code, said, runs }, left }) =>
      [
        `${trial.what} · ${trial.job} (seed ${trial.seed}) left`,
        ...left,
        `exit code ${code}, runs ${runs.join(', ')}`,
        ...said.split('\n').slice(-15),
      ].join('\n  '),
    );
