import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export const ROOT: string = path.resolve(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when standard output or standard error has held the text. */
  shown(text: string): Promise<void>;
}

export interface Around {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** What the command is written behind. */
  readonly behind?: readonly string[];
}

/** The real command line, as a process of its own, with a state folder of its own below `cwd` unless `env` says otherwise. */
export function startCli(args: readonly string[], { cwd, env = {}, stdin, behind = [] }: Around): Started {
  const { PATH = '', HOME = '', DOCKER_HOST } = process.env;
  const docker = DOCKER_HOST ? { DOCKER_HOST } : {};
  const [program = '', ...rest] = [...behind, path.join(ROOT, 'runner'), ...args];
  const child = spawn(program, rest, {
    cwd,
    env: { PATH, HOME, ...docker, RUNNER_STATE_DIR: path.join(cwd, '.state'), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(stdin ?? '');
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code, signal) => resolve({ code, signal, ...said })));
  const shown = async (text: string): Promise<void> => {
    while (!said.stdout.includes(text) && !said.stderr.includes(text)) {
      if (child.exitCode !== null) throw new Error(`ended before it showed ${JSON.stringify(text)}:\n${said.stdout}${said.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return { child, ended, shown };
}

export const runCli = (args: readonly string[], around: Around): Promise<Ended> => startCli(args, around).ended;

/** A folder that is gone after the test, with a copy of `from` in it when given. */
export function throwaway(from?: string): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'runner-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (from) cpSync(from, folder, { recursive: true });
  return folder;
}
