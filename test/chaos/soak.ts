import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../support/cli.ts';
import { chaosEngine } from './engine.ts';
import { appearedIn, inventoryOf } from './oracle.ts';
import { randomOf } from './random.ts';
import { inFolder } from './series.ts';
import { furnish, type Run, type Starting, start } from './trial.ts';
import { WORKLOADS, type Workload } from './workloads.ts';

/** `make soak MINUTES=60`: mixed jobs one after the other in one state folder, beside one run that lasts all the time. */
const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 60);
const LANES = 2;
/** Of the jobs, these shares fail on purpose, are interrupted, are killed. */
const [FAILING, INTERRUPTED, KILLED] = [0.1, 0.05, 0.05];
const PAGE = path.join(ROOT, 'docs/reliability.md');

interface Sample {
  readonly minute: number;
  /** Of the run that lasts all the time. */
  readonly rssMiB: number;
  readonly descriptors: number;
  readonly daemonDescriptors: number;
  readonly runs: number;
  readonly stateKiB: number;
  readonly ledgers: number;
  readonly temporary: number;
}

const LONG = `pattern: single
image: busybox:1
timeout: 24h
steps: [{ name: long, run: "while :; do echo still here; sleep 1; done" }]
`;

const engine = chaosEngine('-soak');
await inFolder(soak).finally(() => engine.down());

async function soak(folder: string): Promise<void> {
  const own = path.join(folder, 't0');
  furnish(own, { spec: '' } as Workload);
  for (const [job, { spec }] of Object.entries(WORKLOADS)) {
    writeFileSync(path.join(own, `work/${job}.yaml`), spec);
    writeFileSync(path.join(own, `work/${job}-fails.yaml`), spec.replace(/sleep 0\.\d"/, 'exit 3"'));
  }
  writeFileSync(path.join(own, 'work/long.yaml'), LONG);
  const before = await inventoryOf({ engine, folder });
  const docker = { env: { DOCKER_HOST: engine.address }, behind: engine.beside };
  const endAt = Date.now() + MINUTES * 60_000;
  const long = start(own, 'long.yaml', docker);
  const codes = new Map<string, number>();
  const samples: Sample[] = [];
  const lanes = Array.from({ length: LANES }, (_, lane) => runLane(own, `soak/${lane}`, { endAt, docker, codes }));
  const sampling = sample(own, { long, endAt, samples });
  await Promise.all([...lanes, sampling]);
  long.child.kill('SIGINT');
  await long.ended;
  await delay(15_000);
  publish(samples, { codes, left: appearedIn(before, await inventoryOf({ engine, folder })) });
}

interface Lane {
  readonly endAt: number;
  readonly docker: Starting;
  /** How many runs ended with which code. */
  readonly codes: Map<string, number>;
}

async function runLane(own: string, seed: string, { endAt, docker, codes }: Lane): Promise<void> {
  const random = randomOf(seed);
  const jobs = Object.keys(WORKLOADS);
  while (Date.now() < endAt) {
    const [job, fate] = [jobs[Math.floor(random() * jobs.length)] as string, random()];
    const run = start(own, fate < FAILING ? `${job}-fails.yaml` : `${job}.yaml`, docker);
    const signal = fate > 1 - KILLED ? 'SIGKILL' : fate > 1 - KILLED - INTERRUPTED ? 'SIGINT' : undefined;
    if (signal) {
      await Promise.race([delay(random() * 2_000), run.ended]);
      run.child.kill(signal);
    }
    await run.ended;
    const code = String(run.child.exitCode ?? run.child.signalCode);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
}

async function sample(
  own: string,
  { long, endAt, samples }: { readonly long: Run; readonly endAt: number; readonly samples: Sample[] },
): Promise<void> {
  const beganAt = Date.now();
  await delay(10_000);
  for (; Date.now() < endAt; await delay(Math.min(60_000, Math.max(0, endAt - Date.now())))) {
    const files = filesBelow(path.join(own, 'state'));
    samples.push({
      minute: Math.round((Date.now() - beganAt) / 6_000) / 10,
      rssMiB: Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${long.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 102.4) / 10,
      descriptors: readdirSync(`/proc/${long.child.pid}/fd`).length,
      daemonDescriptors: readdirSync(`/proc/${engine.pid()}/fd`).length,
      runs: readdirSync(path.join(own, 'state/runs')).length,
      stateKiB: Math.round(files.reduce((sum, { bytes }) => sum + bytes, 0) / 1024),
      ledgers: readdirSync(path.join(own, 'state/ledger')).length,
      temporary: readdirSync(path.join(own, 'tmp')).length,
    });
    process.stderr.write(`${JSON.stringify(samples.at(-1))}\n`);
  }
}

function filesBelow(folder: string): readonly { readonly bytes: number }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    try {
      return entry.isFile() ? [{ bytes: statSync(path.join(entry.parentPath, entry.name)).size }] : [];
    } catch {
      return [];
    }
  });
}

function publish(
  samples: readonly Sample[],
  { codes, left }: { readonly codes: ReadonlyMap<string, number>; readonly left: readonly string[] },
): void {
  const shown = samples.filter((_, index) => index % Math.ceil(samples.length / 12) === 0 || index === samples.length - 1);
  const runs = [...codes.values()].reduce((sum, count) => sum + count, 0);
  const ends = [...codes].toSorted(([a], [b]) => a.localeCompare(b)).map(([code, count]) => `${code}: ${count}`);
  const lines = [
    `${MINUTES} minutes, ${runs} jobs in ${LANES} lanes beside one run that lasted all the time; ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release().split('-')[0]}.`,
    `Exit codes: ${ends.join(', ')}. Left behind at the end: ${left.length === 0 ? 'nothing' : left.join('; ')}.`,
    '',
    '| minute | RSS of the long run | its descriptors | the daemon’s | runs stored | state folder | ledgers | temporary folders |',
    '|---|---|---|---|---|---|---|---|',
    ...shown.map(
      (one) =>
        `| ${one.minute} | ${one.rssMiB} MiB | ${one.descriptors} | ${one.daemonDescriptors} | ${one.runs} | ${one.stateKiB} KiB | ${one.ledgers} | ${one.temporary} |`,
    ),
  ];
  const page = readFileSync(PAGE, 'utf8').replace(/(<!-- soak: begin -->)[\s\S]*(<!-- soak: end -->)/, `$1\n\n${lines.join('\n')}\n\n$2`);
  writeFileSync(PAGE, page);
  mkdirSync(path.join(ROOT, 'out'), { recursive: true });
  writeFileSync(path.join(ROOT, 'out/soak.json'), JSON.stringify({ minutes: MINUTES, samples, codes: [...codes], left }, undefined, 2));
  process.stdout.write(`${lines.join('\n')}\n`);
  if (left.length > 0) process.exitCode = 1;
}
