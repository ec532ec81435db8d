import path from 'node:path';
import type { Count } from './counts.ts';
import type { Pair } from './pair.ts';
import { benchFolder, program, RUNNER } from './programs.ts';
import { between, heard, spansOf, type Told } from './spans.ts';

const cwd = benchFolder({
  'noop.yaml': 'pattern: single\nimage: busybox:1\nsteps: [{ name: noop, run: "true" }]\n',
  'service.yaml': `pattern: serial
image: busybox:1
services:
  - { name: db, image: "busybox:1", command: [sh, -c, 'while :; do nc -l -p 8080 </dev/null; done'], ready: { tcp: 8080, interval: 50ms } }
steps:
  - { name: first, run: "echo begun" }
  - { name: second, run: "true" }
`,
});
const MANY = path.join(import.meta.dirname, 'many-jobs.cjs');
const xargs = (count: number, command: string) => program('sh', ['-c', `seq ${count} | xargs -P ${count} -I{} ${command}`], { cwd });
const dockers = (count: number) => ({ label: 'xargs -P docker run', run: xargs(count, 'docker run --rm busybox:1 true') });

const parallel = (count: number): Pair => ({
  name: `${count} jobs at once in one process ÷ \`xargs -P ${count} docker run --rm\``,
  target: '≤ 1',
  pairs: 8,
  a: { label: 'one process', run: program(process.execPath, [MANY, String(count), 'noop.yaml'], { cwd }) },
  b: dockers(count),
});

const processes = (count: number): Pair => ({
  name: `${count} \`runner exec\` at once ÷ \`xargs -P ${count} docker run --rm\``,
  target: '',
  pairs: 8,
  a: { label: 'xargs -P runner exec', run: xargs(count, `${RUNNER} exec noop.yaml --progress quiet`) },
  b: dockers(count),
});

/** Many jobs on one host. */
export const MANY_PAIRS: Readonly<Record<string, Pair>> = {
  'parallel-8': parallel(8),
  'parallel-32': parallel(32),
  'processes-8': processes(8),
  'processes-32': processes(32),
};

export const MANY_COUNTS: Readonly<Record<string, Count>> = {
  'rss-32': { name: 'one process that runs 32 jobs: peak RSS', target: '≤ 110 MiB', run: memory },
  'ready-to-step': { name: 'service ready → first output of the first step', target: '≤ 100 ms', run: readyToStep },
  cleanup: { name: 'last step ended → everything gone, with a network and a service', target: '≤ 180 ms', run: cleanup },
};

async function memory() {
  const { text } = await heard(process.execPath, [MANY, '32', 'noop.yaml'], cwd);
  return { figure: `${(Number(text) / 1024).toFixed(0)} MiB`, spread: '', n: 1 };
}

const spans = (of: (events: readonly Told[]) => number) => spansOf({ spec: 'service.yaml', cwd, trials: 15 }, of);

async function readyToStep() {
  return spans((events) => {
    const ready = events.find(({ type, step }) => type === 'step.ended' && step === 'db');
    const begun = events.find(({ type, step }) => type === 'step.output' && step === 'first');
    return between(ready, begun);
  });
}

async function cleanup() {
  return spans((events) => {
    const last = events.findLast(({ type, step }) => type === 'step.ended' && step === 'second');
    return between(last, events.at(-1));
  });
}
