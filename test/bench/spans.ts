import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Counted } from './counts.ts';
import { median } from './pair.ts';
import { RUNNER } from './programs.ts';

/** An event of a run, as `--progress json` tells it. */
export interface Told {
  readonly type: string;
  readonly time: string;
  readonly step?: string;
  readonly run?: string;
}

export const between = (from: Told | undefined, to: Told | undefined): number => Date.parse(to?.time ?? '') - Date.parse(from?.time ?? '');

export interface Spanning {
  readonly spec: string;
  readonly cwd: string;
  readonly trials: number;
  readonly args?: readonly string[];
}

/** A span within a run, from its own events: the median of some runs of the same spec. Rejects where a run has no such span. */
export async function spansOf(
  { spec, cwd, trials, args = [] }: Spanning,
  of: (events: readonly Told[]) => number | Promise<number>,
): Promise<Counted> {
  const times: number[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const { text } = await heard(RUNNER, ['exec', spec, '--progress', 'json', ...args], cwd);
    const lines = text.trim().split('\n');
    const span = await of(lines.map((line) => JSON.parse(line) as Told));
    if (Number.isNaN(span)) throw new Error(`${spec}: its events have no such span\n${text}`);
    times.push(span);
  }
  return {
    figure: `${median(times).toFixed(0)} ms`,
    spread: `${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)} ms`,
    n: trials,
  };
}

/** What a program says on its standard output. Rejects when it fails. */
export function heard(command: string, args: readonly string[], cwd: string): Promise<{ readonly text: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, RUNNER_STATE_DIR: path.join(cwd, 'state') };
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('close', (code) =>
      code === 0 ? resolve({ text }) : reject(new Error(`${command} ${args.join(' ')}: exit code ${code}\n${text}`)),
    );
  });
}
