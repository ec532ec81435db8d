import { execFileSync } from 'node:child_process';
import type { Count } from './counts.ts';
import type { Pair } from './pair.ts';
import { benchFolder, program, RUNNER } from './programs.ts';
import { between, spansOf, type Told } from './spans.ts';

const NOOP = 'image: busybox:1\nsteps: [{ name: noop, run: "true" }]\n';
const STORE = 'bench-dind';
/** The specs have a folder to themselves: it is what their workspaces are copies of. */
const cwd = benchFolder({
  'jobs/single.yaml': `pattern: single\n${NOOP}`,
  'jobs/dind.yaml': `pattern: dind\n${NOOP}`,
  'jobs/preload.yaml': `pattern: dind\ndind: { store: ${STORE}, preload: ["debian:bookworm"] }\n${NOOP}`,
});
const ALLOWED = ['--allow', 'privileged'];
const exec = (spec: string, ...args: readonly string[]) =>
  program(RUNNER, ['exec', `jobs/${spec}`, '--progress', 'quiet', ...args], { cwd });
const dind = exec('dind.yaml', ...ALLOWED);

/** Jobs with a Docker daemon of their own. */
export const PRIVATE_PAIRS: Readonly<Record<string, Pair>> = {
  'dind-noop': {
    name: 'no-op job with a private daemon ÷ the same in `single`',
    target: '≤ 4',
    pairs: 15,
    a: { label: 'dind', run: dind },
    b: { label: 'single', run: exec('single.yaml') },
  },
};

export const PRIVATE_COUNTS: Readonly<Record<string, Count>> = {
  'dind-ready': { name: 'private daemon: container started → it has answered', target: '≤ 1.0 s', run: ready },
  'dind-preload': { name: 'preload of an unchanged image of 460 MB, warm store', target: '≤ 0.3 s', run: preload },
  'dind-8': { name: '8 private daemons at once: failures', target: '0', run: eightAtOnce },
};

const endOf = (events: readonly Told[], step: string): Told | undefined =>
  events.find((one) => one.type === 'step.ended' && one.step === step);

async function ready() {
  return spansOf({ spec: 'jobs/dind.yaml', cwd, trials: 15, args: ALLOWED }, (events) => {
    const run = events.find(({ type }) => type === 'run.started')?.run ?? '';
    return Date.parse(endOf(events, 'private daemon')?.time ?? '') - startOf(`runner-${run.replaceAll('-', '')}-docker`);
  });
}

/** When the daemon of this machine had started a container, which may be gone by now. */
function startOf(container: string): number {
  const untilS = Math.ceil(Date.now() / 1000); // `0s` leaves out what happened within this second
  const filters = ['--filter', `container=${container}`, '--filter', 'event=start'];
  const args = ['events', '--since', '10m', '--until', `${untilS}`, '--format', '{{.TimeNano}}', ...filters];
  return Number(execFileSync('docker', args, { encoding: 'utf8' }).trim() || Number.NaN) / 1e6;
}

async function preload() {
  const spec = { spec: 'jobs/preload.yaml', cwd, args: ALLOWED };
  const step = 'images for the private daemon';
  const span = (events: readonly Told[]): number =>
    between(
      events.find((one) => one.type === 'step.started' && one.step === step),
      endOf(events, step),
    );
  try {
    await spansOf({ ...spec, trials: 1 }, span);
    return await spansOf({ ...spec, trials: 15 }, span);
  } finally {
    await program('docker', ['volume', 'rm', `runner-cache-${process.getuid?.() ?? 0}-${STORE}`])();
  }
}

async function eightAtOnce() {
  const rounds = 3;
  const failures: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const jobs = Array.from({ length: 8 }, () => dind().catch((error: Error) => void failures.push(error.message)));
    await Promise.all(jobs);
  }
  for (const failure of failures) process.stderr.write(`${failure}\n`);
  return { figure: String(failures.length), spread: '', n: rounds * 8 };
}
