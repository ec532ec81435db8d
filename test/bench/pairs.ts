import path from 'node:path';
import { CLUSTER } from './cluster.ts';
import { MANY_PAIRS } from './many.ts';
import { MATRIX_PAIRS } from './matrix.ts';
import { OTHER_PAIRS } from './others.ts';
import type { Pair } from './pair.ts';
import { PRIVATE_PAIRS } from './private.ts';
import { benchFolder, program, ROOT, RUNNER } from './programs.ts';
import { SOCKET_PAIRS } from './socket-pairs.ts';

const SPECS = {
  'noop.yaml': 'pattern: single\nimage: busybox:1\nsteps: [{ name: noop, run: "true" }]\n',
  'flood.yaml':
    'pattern: single\nimage: busybox:1\nsteps: [{ name: flood, run: "yes 0123456789012345678901234567890123456789012345678901234567890 | head -c 200000000" }]\n',
  'five.yaml': `pattern: serial\nimage: busybox:1\nsteps:\n${[1, 2, 3, 4, 5].map((n) => `  - { name: s${n}, run: "true" }\n`).join('')}`,
  'isolated.yaml': `pattern: serial\nimage: busybox:1\nnetwork: { steps: isolated }\nsteps:\n${[1, 2, 3, 4, 5].map((n) => `  - { name: s${n}, run: "true" }\n`).join('')}`,
  'together.yaml': `pattern: serial\nimage: busybox:1\ndocker: { container_per: image }\nsteps:\n${[1, 2, 3, 4, 5].map((n) => `  - { name: s${n}, run: "true" }\n`).join('')}`,
  'empty.cjs': '',
};
const cwd = benchFolder(SPECS);
const exec = (spec: string) => program(RUNNER, ['exec', spec, '--progress', 'plain'], { cwd });
const empty = { label: 'empty Node program', run: program(process.execPath, ['empty.cjs'], { cwd }) };
const FLOOD = 'yes 0123456789012345678901234567890123456789012345678901234567890 | head -c 200000000';
const byHand =
  'docker network create bench$$ >/dev/null; for i in 1 2 3 4 5; do docker run --rm --network bench$$ busybox:1 true; done; docker network rm bench$$ >/dev/null';

/** Every paired benchmark; the figure is a ÷ b. */
export const PAIRS: Readonly<Record<string, Pair>> = {
  ...SOCKET_PAIRS,
  noop: {
    name: 'no-op step ÷ docker run --rm',
    target: '≤ 1.15',
    pairs: 40,
    a: { label: 'runner exec', run: exec('noop.yaml') },
    b: { label: 'docker run --rm', run: program('docker', ['run', '--rm', 'busybox:1', 'true']) },
  },
  bare: {
    name: 'the least a Node program can do for a container ÷ docker run --rm',
    target: '',
    pairs: 40,
    a: { label: 'five calls', run: program(process.execPath, [path.join(ROOT, 'test/bench/bare-client.cjs')]) },
    b: { label: 'docker run --rm', run: program('docker', ['run', '--rm', 'busybox:1', 'true']) },
  },
  help: {
    name: '--help ÷ empty Node program',
    target: '≤ 1.4',
    pairs: 40,
    a: { label: 'runner --help', run: program(RUNNER, ['--help']) },
    b: empty,
  },
  version: {
    name: '--version ÷ empty Node program',
    target: '≤ 1.4',
    pairs: 40,
    a: { label: 'runner --version', run: program(RUNNER, ['--version']) },
    b: empty,
  },
  validate: {
    name: 'validate ÷ empty Node program',
    target: '≤ 2.0',
    pairs: 40,
    a: { label: 'runner validate', run: program(RUNNER, ['validate', 'noop.yaml'], { cwd }) },
    b: empty,
  },
  flood: {
    name: 'docker run of 200 MB of output ÷ ours',
    target: '≥ 2.2',
    pairs: 5,
    a: { label: 'docker run --rm', run: program('docker', ['run', '--rm', 'busybox:1', 'sh', '-c', FLOOD]) },
    b: { label: 'runner exec', run: exec('flood.yaml') },
  },
  serial5: {
    name: '5 serial steps ÷ by hand on a fresh network',
    target: '≤ 0.65',
    pairs: 10,
    a: { label: 'runner exec', run: exec('five.yaml') },
    b: { label: 'docker, by hand', run: program('sh', ['-c', byHand]) },
  },
  cluster: CLUSTER,
  isolated: {
    name: '5 isolated steps ÷ by hand on a fresh network',
    target: '≤ 0.90',
    pairs: 10,
    a: { label: 'runner exec', run: exec('isolated.yaml') },
    b: { label: 'docker, by hand', run: program('sh', ['-c', byHand]) },
  },
  together: {
    name: '5 steps with `container_per: image` ÷ by hand on a fresh network',
    target: '',
    pairs: 10,
    a: { label: 'runner exec', run: exec('together.yaml') },
    b: { label: 'docker, by hand', run: program('sh', ['-c', byHand]) },
  },
  ...MANY_PAIRS,
  ...OTHER_PAIRS,
  ...MATRIX_PAIRS,
  ...PRIVATE_PAIRS,
};
