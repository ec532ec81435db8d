import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../../src/engine/connect.ts';
import type { Labelled } from '../../src/engine/ports.ts';
import { LABEL } from '../../src/plan/names.ts';
import { resourceText } from '../../src/plan/resource.ts';
import { ROOT } from '../support/cli.ts';
import { processesAbout } from './oracle.ts';
import { randomOf } from './random.ts';
import type { Workload } from './workloads.ts';

/** Happens to a run under way; resolves when it has happened. */
export type Strike = (scene: Scene) => Promise<void>;

/** One run and what happens to it, and when: the same seed gives the same trial. */
export interface Trial {
  /** What happens: `KILL of the runner`. */
  readonly what: string;
  /** To which job: `serial`. */
  readonly job: string;
  readonly seed: string;
  readonly workload: Workload;
  readonly strike?: Strike;
  /** What stands between the runner and its daemon; it is there until the trial is judged. */
  readonly through?: (socket: string) => Promise<Between>;
  /** Whether the runner's next start has to clean up, since nobody is left who would. */
  readonly startsAgain?: boolean;
  /** So long after that next start: a reaper that has outlived its daemon may be at it, and nobody else touches that run then. */
  readonly reaperMs?: number;
  /** Over those of the trial. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Between {
  /** For DOCKER_HOST. */
  readonly url: string;
  readonly strike?: Strike;
  close(): Promise<void>;
}

export interface Scene {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly random: () => number;
  /** How long such a run takes here when nothing happens to it. */
  readonly usualMs: number;
  readonly ended: Promise<void>;
}

export interface Performed {
  readonly trial: Trial;
  readonly folder: string;
  /** The ids of its runs. */
  readonly runs: readonly string[];
  /** performance.now() when it was struck for good. */
  readonly overAt: number;
  readonly code: number | null;
  readonly said: string;
  /** It had to be ended by the trial. */
  readonly hung: boolean;
  readonly next?: NextStart;
}

/** The runner's next start, in milliseconds, and one after that when nothing was left to do. */
interface NextStart {
  readonly withDead: number;
  readonly without: number;
  readonly code: number | null;
  /** Objects, processes and folders that were still there when the first of the two had ended, and its time was over. */
  readonly left: readonly string[];
}

/** Where a trial is performed. */
export interface Stage {
  readonly folder: string;
  readonly docker: string;
  /** What its runner is started behind: see PrivateEngine. */
  readonly behind: readonly string[];
  readonly usualMs: number;
  readonly between?: Between | undefined;
  /** What happens to all trials at once has happened: their daemon is back. */
  readonly over?: Promise<void>;
}

/** A home, a temporary folder and a state of its own, so that everything in them is the trial's. */
export function furnish(folder: string, { spec, quota }: Workload): void {
  for (const name of ['home/.kube', 'home/.docker', 'tmp', 'work']) mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, 'home/.kube/config'), 'kind: Config\n');
  writeFileSync(path.join(folder, 'home/.docker/config.json'), '{}\n');
  writeFileSync(path.join(folder, 'work/spec.yaml'), spec);
  writeFileSync(path.join(folder, 'work/noop.yaml'), NOOP);
  if (quota) execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${quota}`, 'none', path.join(folder, 'tmp')]);
}

export function unfurnish(folder: string, { quota }: Workload): void {
  if (quota) execFileSync('umount', ['--lazy', path.join(folder, 'tmp')]);
}

const NOOP = 'pattern: single\nimage: busybox:1\nsteps: [{ name: noop, run: "true" }]\n';

/** None of the jobs takes a tenth of that. */
const HUNG_MS = 600_000;

export async function perform(trial: Trial, { folder, docker, behind, usualMs, between, over }: Stage): Promise<Performed> {
  const run = start(folder, 'spec.yaml', { env: { DOCKER_HOST: between?.url ?? docker, ...trial.env }, behind });
  const strike = trial.strike ?? between?.strike;
  let hung = false;
  const patience = setTimeout(() => {
    hung = run.child.kill('SIGKILL');
  }, HUNG_MS);
  await strike?.({ child: run.child, folder, random: randomOf(trial.seed), usualMs, ended: run.ended });
  await run.ended.finally(() => clearTimeout(patience));
  await over;
  const next = trial.startsAgain ? await startAgain(folder, docker, trial.reaperMs) : undefined;
  return {
    trial,
    folder,
    runs: runsIn(folder),
    overAt: performance.now(),
    code: run.child.exitCode,
    said: run.said(),
    hung,
    ...(next ? { next } : {}),
  };
}

async function startAgain(folder: string, docker: string, reaperMs = 0): Promise<NextStart> {
  const dead = runsIn(folder);
  const timed = async (): Promise<{ readonly ms: number; readonly code: number | null }> => {
    const startMs = performance.now();
    const { child, ended } = start(folder, 'noop.yaml', { env: { DOCKER_HOST: docker } });
    await ended;
    return { ms: performance.now() - startMs, code: child.exitCode };
  };
  const first = await timed();
  const { containers } = connect({ environment: { DOCKER_HOST: docker }, context: undefined });
  const isOf = (name: string, run: string): boolean => name.includes(run) || name.includes(run.replaceAll('-', ''));
  const isDead = ({ resource: { name }, labels }: Labelled): boolean => dead.some((run) => labels[LABEL.run] === run || isOf(name, run));
  const look = async (): Promise<readonly string[]> => [
    ...(await containers.listAll()).filter(isDead).map(({ resource }) => resourceText(resource)),
    ...dead.flatMap((run) => processesAbout([`RUNNER_STEP_ID=${run}`]).map(({ command }) => `process ${command}`)),
    ...readdirSync(path.join(folder, 'tmp')),
  ];
  const lastAt = performance.now() + reaperMs;
  let left = await look();
  for (; left.length > 0 && performance.now() < lastAt; left = await look()) await delay(100);
  const second = await timed();
  return { withDead: first.ms, without: second.ms, code: first.code, left };
}

export interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  said(): string;
}

export interface Starting {
  readonly env: Readonly<Record<string, string>>;
  /** What the command is written behind. */
  readonly behind?: readonly string[];
}

/** The runner in a process group of its own, as a shell or a CI server would start it. */
export function start(folder: string, spec: string, { env, behind = [] }: Starting): Run {
  const { PATH = '' } = process.env;
  const own = { HOME: path.join(folder, 'home'), TMPDIR: path.join(folder, 'tmp'), RUNNER_STATE_DIR: path.join(folder, 'state') };
  const [program = '', ...args] = [...behind, path.join(ROOT, 'runner'), 'exec', spec];
  const child = spawn(program, args, {
    cwd: path.join(folder, 'work'),
    env: { PATH, RUNNER_ALLOW: 'privileged', ...own, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-20_000)));
  // Not until its pipes are closed: what a killed runner started may hold them.
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  return { child, ended, said: () => said };
}

export const runsIn = (folder: string): readonly string[] => {
  const runs = path.join(folder, 'state/runs');
  return existsSync(runs) ? readdirSync(runs) : [];
};
