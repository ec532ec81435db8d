import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { constants as os } from 'node:os';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { RunnerError } from '../../errors.ts';
import type { ProcessPlan } from '../../plan/plan.ts';
import type { Exit, RunOptions } from '../ports.ts';
import { entering, makeGroup, removeGroup } from './cgroup.ts';
import { hostFailure } from './failure.ts';
import { deliver } from './output.ts';
import { endTree } from './tree.ts';

/** For what a step leaves in the background: it had its time, but may want to remove a lock file. */
const LEFTOVER_GRACE_MS = 1_000;
/** `exec > >(tee log)` still writes when the shell has ended. */
const LAST_WORDS_MS = 200;

/**
 * Run a process in a session of its own. What it left in the background when it ends is ended with it: the
 * environment of a run is gone after it. Rejects with `host.tool-missing` when there is no such program.
 */
export async function runProcess(plan: ProcessPlan, options: RunOptions): Promise<Exit> {
  if (options.signal.aborted) return { code: codeOf(null, 'SIGTERM'), oomKilled: false };
  requireProgram(plan);
  const group = makeGroup(plan.marker);
  const child = await start({ ...plan, command: entering(group, plan.command) }, options.stdin).catch((error: unknown) => {
    if (group) removeGroup(group);
    throw error;
  });
  const tree = { marker: plan.marker, leader: child.pid as number, group };
  const output = deliver({ stdout: child.stdout as Readable, stderr: child.stderr as Readable }, options.onOutput);
  let ending: Promise<void> | undefined;
  const onAbort = (): void => {
    ending = endTree(tree, options.killAfterMs());
    ending.catch(() => {});
  };
  options.signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([exited(child), output.done.then(() => exited(child))]);
  } finally {
    if (!ending) await output.settle(LAST_WORDS_MS);
    await (ending ?? endTree(tree, LEFTOVER_GRACE_MS))
      .then(() => ending)
      .then(() => output.settle(LAST_WORDS_MS))
      .finally(() => output.stop());
    options.signal.removeEventListener('abort', onAbort);
  }
}

/** Resolves once the program runs. */
async function start(plan: ProcessPlan, stdin: Uint8Array | undefined): Promise<ChildProcess> {
  const [file = '', ...args] = plan.command;
  const [name = '', ...value] = plan.marker.split('=');
  const env = { ...plan.env, [name]: value.join('=') };
  try {
    const child = spawn(file, args, { cwd: plan.dir, env, detached: true, stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
    if (child.pid === undefined) await new Promise((_, reject) => child.once('error', reject));
    // A program that reads nothing may have closed its input: EPIPE is its own business.
    child.stdin?.on('error', () => {}).end(stdin);
    return child;
  } catch (cause) {
    throw hostFailure(`${file} could not be started in ${plan.dir}`, cause);
  }
}

/** Looked for here because a failed start tells a missing program, a missing folder and a missing interpreter by one and the same ENOENT. */
function requireProgram({ command: [file = ''], dir, env: { PATH = '/usr/bin:/bin' } }: ProcessPlan): void {
  if (!existsSync(dir)) throw new RunnerError('host.failed', `the folder ${dir} does not exist`, { hint: 'Check `dir` of the step.' });
  const folders = file.includes('/') ? [dir] : PATH.split(':');
  if (folders.some((folder) => isProgram(resolve(folder, file)))) return;
  throw new RunnerError('host.tool-missing', `${file} is not on this machine, or is no program`, {
    detail: [file.includes('/') ? `looked at ${resolve(dir, file)}` : `looked in ${PATH}`],
    hint: `Install ${file}, put its folder on the PATH of the step, or choose another \`shell\`.`,
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const exited = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve({ code: codeOf(child.exitCode, child.signalCode), oomKilled: false });
    else child.once('exit', (code, signal) => resolve({ code: codeOf(code, signal), oomKilled: false }));
  });

const codeOf = (code: number | null, signal: NodeJS.Signals | null): number => code ?? 128 + (signal ? os.signals[signal] : 0);
