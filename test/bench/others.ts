import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { CACHE_FOLDER } from '../support/cache-folder.ts';
import type { Pair } from './pair.ts';
import { benchFolder, program, RUNNER } from './programs.ts';

/** Where the other tools are kept once they were fetched and built: never part of the tests. */
const CACHE = path.join(CACHE_FOLDER, 'bench');

const FIVE = [1, 2, 3, 4, 5];
/** Each tool has files of its own name, so the two jobs live in two folders. */
const JOBS = {
  one: repository({
    'spec.yaml': 'pattern: single\nimage: busybox:1\nsteps: [{ name: s1, run: "echo 1" }]\n',
    'toast.yml': 'image: busybox:1\ndefault: s1\ntasks:\n  s1:\n    cache: false\n    command: echo 1\n',
    '.gitlab-ci.yml': 's1:\n  image: busybox:1\n  script: [echo 1]\n',
    '.github/workflows/job.yml':
      'on: push\njobs:\n  s1:\n    runs-on: any\n    defaults: { run: { shell: sh } }\n    steps: [{ run: echo 1 }]\n',
  }),
  five: repository({
    'spec.yaml': `pattern: serial\nimage: busybox:1\nsteps:\n${lines((n) => `  - { name: s${n}, run: "echo ${n}" }`)}`,
    'toast.yml': `image: busybox:1\ndefault: s5\ntasks:\n${lines((n) => `  s${n}: { cache: false, command: echo ${n}, dependencies: [${n > 1 ? `s${n - 1}` : ''}] }`)}`,
    '.gitlab-ci.yml': `stages: [s1, s2, s3, s4, s5]\n${lines((n) => `s${n}: { stage: s${n}, image: "busybox:1", script: [echo ${n}] }`)}`,
    '.github/workflows/job.yml': `on: push\njobs:\n  s:\n    runs-on: any\n    steps:\n${lines((n) => `      - { uses: "docker://busybox:1", with: { args: echo ${n} } }`)}`,
  }),
};

/** One line a step. */
function lines(line: (n: number) => string): string {
  return FIVE.map((n) => `${line(n)}\n`).join('');
}

/** A git repository of one commit, as some of the tools want one. */
function repository(files: Readonly<Record<string, string>>): string {
  const cwd = benchFolder(files);
  const git = (...args: string[]) => execFileSync('git', args, { cwd });
  git('init', '--quiet');
  git('-c', 'user.name=x', '-c', 'user.email=x@localhost', 'commit', '--quiet', '--allow-empty', '--message', 'x');
  return cwd;
}

interface Other {
  readonly version: string;
  /** Fetches and builds it; takes minutes the first time. */
  readonly install: readonly [string, ...string[]];
  readonly binary: string;
  readonly args: readonly string[];
  readonly settings: string;
}

/** The same job with each: one step, or five in five containers, of `busybox:1`, which is there already. */
const OTHERS: Readonly<Record<string, Other>> = {
  act: {
    version: 'v0.2.89',
    install: ['go', 'install', 'github.com/nektos/act@v0.2.89'],
    binary: 'bin/act',
    args: ['push', '-P', 'any=busybox:1', '--pull=false', '--rm', '--bind'],
    settings: '-P any=busybox:1 --pull=false --rm --bind',
  },
  toast: {
    version: '0.48.0',
    install: ['cargo', 'install', '--locked', '--root', CACHE, 'toast@0.48.0'],
    binary: 'bin/toast',
    args: ['--read-local-cache', 'false', '--write-local-cache', 'false'],
    settings: 'caches off',
  },
  'gitlab-ci-local': {
    version: '4.75.1',
    install: ['npm', 'install', '--no-fund', '--no-audit', '--prefix', CACHE, 'gitlab-ci-local@4.75.1'],
    binary: 'node_modules/.bin/gitlab-ci-local',
    args: ['--shell-isolation=false', '--pull-policy', 'if-not-present', '--helper-image', 'busybox:1'],
    settings: '--pull-policy if-not-present --helper-image busybox:1; needs rsync',
  },
};

/** Whole processes, the other tool ÷ `runner exec` of the same job: `act` for one step, `act-5` for five in five containers. */
export const OTHER_PAIRS: Readonly<Record<string, Pair>> = Object.fromEntries(
  Object.entries(OTHERS).flatMap(([name, other]) => [
    [name, pairOf(name, other, { of: 'the same job', cwd: JOBS.one })],
    [`${name}-5`, pairOf(name, other, { of: 'the same five steps', cwd: JOBS.five })],
  ]),
);

function pairOf(name: string, other: Other, { of, cwd }: { readonly of: string; readonly cwd: string }): Pair {
  return {
    name: `\`${name}\` ${other.version} (${other.settings}) ÷ \`runner exec\` of ${of}`,
    target: '> 1',
    pairs: 10,
    a: { label: name, run: () => ready(name, other).then((binary) => program(binary, other.args, { cwd })()) },
    b: { label: 'runner exec', run: program(RUNNER, ['exec', 'spec.yaml', '--progress', 'plain'], { cwd }) },
  };
}

async function ready(name: string, { install: [command, ...args], binary }: Other): Promise<string> {
  const file = path.join(CACHE, binary);
  if (existsSync(file)) return file;
  process.stderr.write(`fetching and building ${name} (some minutes, once) …\n`);
  mkdirSync(CACHE, { recursive: true });
  execFileSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, GOBIN: path.join(CACHE, 'bin'), GOFLAGS: '-mod=mod' },
  });
  return file;
}
