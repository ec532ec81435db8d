import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { socketOfDaemon } from '../support/daemon.ts';
import { median } from './pair.ts';
import { ROOT } from './programs.ts';

interface Round {
  readonly provedMs: number;
  readonly noopMs: number;
}

const ROUNDS = 15;

/** Each in a fresh process of one agent, started with a cgroup namespace of its own as on a machine with cgroup v2. */
async function rounds(isKnown: boolean): Promise<readonly Round[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'runner-bench-paths-'));
  const name = path.basename(folder).toLowerCase();
  const node = path.join(ROOT, 'node_modules/node/bin/node');
  await build({
    entryPoints: [path.join(ROOT, 'test/bench/paths-round.ts')],
    outfile: path.join(folder, 'round.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: 'warning',
  });
  const flags = ['--cgroupns', 'private', '-v', `${socketOfDaemon()}:/var/run/docker.sock`, '-v', `${folder}:/bench`, '-w', '/bench'];
  const agent = ['run', '--detach', '--name', name, ...flags, '-v', `${node}:/usr/local/bin/node:ro`, 'debian:bookworm', 'sleep', '3600'];
  execFileSync('docker', agent, { stdio: 'ignore' });
  try {
    const round = (state: string): Round => {
      mkdirSync(path.join(folder, state), { recursive: true });
      return JSON.parse(execFileSync('docker', ['exec', name, 'node', 'round.mjs', state], { encoding: 'utf8' })) as Round;
    };
    if (isKnown) round('known');
    return Array.from({ length: ROUNDS }, (_, index) => round(isKnown ? 'known' : `new-${index}`));
  } finally {
    execFileSync('docker', ['rm', '--force', name], { stdio: 'ignore' });
    rmSync(folder, { recursive: true });
  }
}

const range = (values: readonly number[], unit: string): string =>
  `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)}${unit}`;

export async function knownPaths(): Promise<{ figure: string; spread: string; n: number }> {
  const times = (await rounds(true)).map(({ provedMs }) => provedMs);
  return { figure: `${median(times).toFixed(0)} ms`, spread: range(times, ' ms'), n: times.length };
}

export async function firstProbe(): Promise<{ figure: string; spread: string; n: number }> {
  const ratios = (await rounds(false)).map(({ provedMs, noopMs }) => provedMs / noopMs);
  return { figure: median(ratios).toFixed(2), spread: range(ratios, ''), n: ratios.length };
}
