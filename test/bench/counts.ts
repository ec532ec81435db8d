import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { connect } from '../../src/engine/connect.ts';
import { containerPlan } from '../support/steps.ts';
import { CLUSTER_JOB_COUNTS } from './cluster-jobs.ts';
import { CLUSTER_LOAD_COUNTS } from './cluster-load.ts';
import { CLUSTER_WATCH_COUNTS } from './cluster-watch.ts';
import { MANY_COUNTS } from './many.ts';
import { MATRIX_COUNTS } from './matrix.ts';
import { median } from './pair.ts';
import { firstProbe, knownPaths } from './paths.ts';
import { PRIVATE_COUNTS } from './private.ts';
import { benchFolder, program, RUNNER } from './programs.ts';
import { queuedRuns } from './queued.ts';

export interface Counted {
  readonly figure: string;
  readonly spread: string;
  readonly n: number;
}

export interface Count {
  readonly name: string;
  readonly target: string;
  /** Takes so long that it is measured only when it is named. */
  readonly isLong?: true;
  run(): Promise<Counted>;
}

const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
const range = (values: readonly number[], unit: string): string =>
  `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)} ${unit}`;

/** Every benchmark that counts or times one thing alone. */
export const COUNTS: Readonly<Record<string, Count>> = {
  'instant-exits': { name: '1,000 containers that exit at once, 8 at a time: hung, or output lost', target: '0', run: instantExits },
  interrupt: { name: 'INT → process ended, step ignoring TERM, grace 0', target: '≤ 250 ms', run: interrupts },
  'slow-reader': { name: '50 MB to a reader that stalls: bytes lost; peak RSS', target: '0; ≤ 110 MiB', run: slowReader },
  'queued-runs': {
    name: '32 no-op runs queued at once in one process: p50 start→done ÷ unbounded starts',
    target: '≤ 0.25',
    run: queuedRuns,
  },
  'known-paths': {
    name: 'in a container: identification, translation and a probe that is known',
    target: '≤ 60 ms',
    run: knownPaths,
  },
  'first-probe': { name: 'in a container: the same with its first probe ÷ a no-op container', target: '≤ 1.2', run: firstProbe },
  ...MANY_COUNTS,
  ...MATRIX_COUNTS,
  ...PRIVATE_COUNTS,
  ...CLUSTER_WATCH_COUNTS,
  ...CLUSTER_LOAD_COUNTS,
  ...CLUSTER_JOB_COUNTS,
  'reaper-start': {
    name: 'what a run waits for its reaper: the fork, and what the ledger’s opening does not hide',
    target: '≤ 10 ms',
    run: reaperStarts,
  },
  'networked-jobs': { name: '40 networked jobs at once: failures', target: '0', run: networkedJobs },
};

async function instantExits(): Promise<Counted> {
  const { containers } = connect({ environment, context: undefined });
  const limit = pLimit(8);
  let lost = 0;
  const one = async (index: number): Promise<void> => {
    const plan = { ...containerPlan(`exit-${process.pid}-${index}`, `echo line ${index}`), labels: {} };
    const said: Uint8Array[] = [];
    await containers.create(plan, { onProgress: () => {}, signal: new AbortController().signal });
    const ran = containers.run(plan.name, {
      onOutput: (_, chunk) => void said.push(chunk),
      signal: new AbortController().signal,
      killAfterMs: () => 0,
    });
    await Promise.race([ran, delay(60_000, undefined, { ref: false })]);
    if (Buffer.concat(said).toString() !== `line ${index}\n`) lost += 1;
    await containers.removeContainer(plan.name);
  };
  await Promise.all(Array.from({ length: 1000 }, (_, index) => limit(() => one(index))));
  return { figure: String(lost), spread: '', n: 1000 };
}

async function interrupts(): Promise<Counted> {
  const cwd = benchFolder({
    'stubborn.yaml':
      'pattern: single\nimage: busybox:1\nsteps: [{ name: s, run: "trap \'\' TERM INT; echo begun; while :; do sleep 1; done" }]\n',
  });
  const times: number[] = [];
  for (let trial = 0; trial < 20; trial += 1) {
    const child = spawn(RUNNER, ['exec', 'stubborn.yaml', '--progress', 'plain', '--grace', '0s'], {
      cwd,
      env: { ...process.env, RUNNER_STATE_DIR: `${cwd}/state` },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise<void>((resolve) => child.stdout.on('data', (chunk: Buffer) => chunk.includes('begun') && resolve()));
    const start = performance.now();
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGINT');
    await ended;
    times.push(performance.now() - start);
  }
  return { figure: `${median(times).toFixed(0)} ms`, spread: range(times, 'ms'), n: 20 };
}

async function slowReader(): Promise<Counted> {
  const cwd = benchFolder({
    'flood.yaml': 'pattern: single\nimage: busybox:1\nsteps: [{ name: flood, run: "yes 0123456789 | head -c 50000000" }]\n',
  });
  const child = spawn('/usr/bin/env', ['sh', '-c', `exec ${RUNNER} exec flood.yaml --progress plain`], {
    cwd,
    env: { ...process.env, RUNNER_STATE_DIR: `${cwd}/state` },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let bytes = 0;
  let peakKiB = 0;
  const watch = setInterval(async () => {
    const { readFile } = await import('node:fs/promises');
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakKiB = Math.max(peakKiB, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }, 50);
  for await (const chunk of child.stdout) {
    bytes += (chunk as Buffer).length;
    if (bytes < 5_000_000) await delay(20);
  }
  clearInterval(watch);
  return { figure: `${50_000_000 - bytes}; ${(peakKiB / 1024).toFixed(0)} MiB`, spread: '', n: 1 };
}

async function reaperStarts(): Promise<Counted> {
  const script = path.join(import.meta.dirname, 'reaper-start.ts');
  const times = Array.from({ length: 40 }, () => Number(execFileSync(process.execPath, [script], { encoding: 'utf8' })));
  return { figure: `${median(times).toFixed(1)} ms`, spread: range(times, 'ms'), n: times.length };
}

async function networkedJobs(): Promise<Counted> {
  const cwd = benchFolder({
    'net.yaml': 'pattern: serial\nimage: busybox:1\nsteps: [{ name: a, run: "true" }, { name: b, run: "true" }]\n',
  });
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, () => program(RUNNER, ['exec', 'net.yaml', '--progress', 'quiet'], { cwd })()),
  );
  return { figure: String(results.filter(({ status }) => status === 'rejected').length), spread: '', n: 40 };
}
