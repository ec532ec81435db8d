import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ReportJson } from '../../src/report/report-json.ts';
import { POD_SPEC } from '../support/pod-spec.ts';
import { CLUSTER } from './cluster.ts';
import type { Count, Counted } from './counts.ts';
import { median } from './pair.ts';
import { benchFolder, program, RUNNER } from './programs.ts';

const SPECS = {
  'pod.yaml': POD_SPEC,
  'large.yaml': 'pattern: kind\nkind: { wait: 20m, load: [busybox:1, "traefik:v3.6"] }\nsteps: [kubectl get nodes]\n',
};

export const CLUSTER_JOB_COUNTS: Readonly<Record<string, Count>> = {
  'four-clusters': { name: 'four clusters at once: failures; wall ÷ one after another', target: '0; ≤ 0.95', run: fourAtOnce },
  'load-beside-start': { name: 'what loading 180 MB adds to a cluster’s start', target: '0 s', run: loadBesideStart },
  'cluster-failures': {
    name: 'a cluster, images, charts and a page, again and again: failures',
    target: '0 of 50',
    isLong: true,
    run: failures,
  },
};

const FOUR = [0, 1, 2, 3];

async function fourAtOnce(): Promise<Counted> {
  const cwd = benchFolder(SPECS);
  const job = program(RUNNER, ['exec', 'pod.yaml', '--progress', 'plain'], { cwd });
  let failed = 0;
  const counted = (): Promise<void> =>
    job().catch((error: Error) => {
      failed += 1;
      process.stderr.write(`${error.message}\n`);
    });
  const startMs = performance.now();
  await Promise.all(FOUR.map(counted));
  const togetherMs = performance.now() - startMs;
  for (const _ of FOUR) await counted();
  const apartMs = performance.now() - startMs - togetherMs;
  const seconds = `${(togetherMs / 1000).toFixed(0)} / ${(apartMs / 1000).toFixed(0)} s`;
  return { figure: `${failed}; ${(togetherMs / apartMs).toFixed(2)} (${seconds})`, spread: '', n: 2 * FOUR.length };
}

/** From the cluster's being usable to the end of the load that went on beside it. */
async function loadBesideStart(): Promise<Counted> {
  const cwd = benchFolder(SPECS);
  const added: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await program(RUNNER, ['exec', 'large.yaml', '--progress', 'plain', '--result', 'result.json'], { cwd })();
    const { steps } = JSON.parse(readFileSync(path.join(cwd, 'result.json'), 'utf8')) as ReportJson;
    const [usable = 0, loaded = 0] = ['cluster', 'load'].map((kind) => {
      const step = steps.find((one) => one.kind === kind);
      return step && step.startedMs + step.durationMs;
    });
    added.push(Math.max(0, loaded - usable) / 1000);
  }
  return {
    figure: `${median(added).toFixed(1)} s`,
    spread: `${Math.min(...added).toFixed(1)}–${Math.max(...added).toFixed(1)} s`,
    n: added.length,
  };
}

/** CLUSTER_RUNS: how many; each that fails is told as it ends. */
async function failures(): Promise<Counted> {
  const runs = Number(process.env['CLUSTER_RUNS'] ?? 50);
  const times: number[] = [];
  let failed = 0;
  for (let index = 1; index <= runs; index += 1) {
    const startMs = performance.now();
    await CLUSTER.a.run().catch((error: Error) => {
      failed += 1;
      process.stderr.write(`run ${index} failed: ${error.message}\n`);
    });
    times.push((performance.now() - startMs) / 1000);
    process.stderr.write(`${index} of ${runs}: ${failed} failed, ${times.at(-1)?.toFixed(1)} s\n`);
  }
  return { figure: `${failed}`, spread: `${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)} s each`, n: runs };
}
