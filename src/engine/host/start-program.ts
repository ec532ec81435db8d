import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { RunnerError } from '../../errors.ts';
import type { Program, ProgramCall, ProgramEnd } from '../ports/program.ts';
import { LastLines } from '../tool.ts';
import { childrenCpuSeconds, treeUsage } from './tree-usage.ts';

/** A look at all of /proc takes two to three milliseconds. */
const SAMPLE_MS = 200;
const LAST_LINES = 20;
const FAILED = 1;

/** See `StartProgram`. */
export async function startProgram({ command: [file, ...args], env, dir, alone }: ProgramCall): Promise<Program> {
  const cpuBefore = alone ? childrenCpuSeconds() : undefined;
  const child = spawn(file, args, { env, cwd: dir, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  await Promise.race([once(child, 'spawn'), once(child, 'error').then(([cause]) => Promise.reject(missing(file, cause)))]);
  const pid = child.pid as number;
  const sampled = sampling(pid);
  const lines = new LastLines(LAST_LINES);
  child.stderr?.on('data', (chunk: Uint8Array) => lines.take(chunk));
  return { pid, ended: endOf(child, { cpuBefore, sampled, lines }), send: (signal) => void (hasEnded(child) || child.kill(signal)) };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

interface Measuring {
  readonly cpuBefore: number | undefined;
  readonly sampled: ReturnType<typeof sampling>;
  readonly lines: LastLines;
}

/** `exit`, not `close`: a descendant that keeps the pipe open must not keep the measurement open. */
async function endOf(child: ChildProcess, { cpuBefore, sampled, lines }: Measuring): Promise<ProgramEnd> {
  const closed = once(child, 'close');
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  const { cpuSeconds, rssBytes } = sampled.stop();
  const exact = cpuBefore === undefined ? cpuSeconds : childrenCpuSeconds() - cpuBefore;
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, SAMPLE_MS))]);
  child.stderr?.destroy();
  return {
    code: code ?? (signal === null ? FAILED : 128 + constants.signals[signal]),
    signal: signal ?? undefined,
    lastLines: lines.lines,
    cpuSeconds: exact,
    rssBytes,
  };
}

function sampling(pid: number): { stop(): { readonly cpuSeconds: number; readonly rssBytes: number } } {
  const most = { cpuSeconds: 0, rssBytes: 0 };
  const look = (): void => {
    const { cpuSeconds, rssBytes } = treeUsage(pid);
    most.cpuSeconds = Math.max(most.cpuSeconds, cpuSeconds);
    most.rssBytes = Math.max(most.rssBytes, rssBytes);
  };
  const timer = setInterval(look, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

const missing = (file: string, cause: unknown): RunnerError =>
  new RunnerError('host.tool-missing', `${file} cannot be started`, { detail: [(cause as Error).message], cause });
