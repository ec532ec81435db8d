import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { commandOf } from './cli/commands.ts';
import { onSignal } from './cli/signals.ts';
import type { World } from './cli/world.ts';
import { RunnerError, toRunnerError } from './errors.ts';
import { codeOfError } from './execute/outcome.ts';
import { ownerOf } from './ledger/owner.ts';
import type { Caller } from './plan/facts.ts';
import { screenOf } from './report/terminal/screen.ts';
import type { Env } from './spec/spec.ts';

export interface Ended {
  readonly code: number;
  /** Whether what speaks to machines was loaded. */
  readonly usedDaemon: boolean;
}

/** Run a command in the real world. Never rejects. */
export async function start(version: string, words: readonly string[]): Promise<Ended> {
  let usedDaemon = false;
  const world = worldOf(version, () => {
    usedDaemon = true;
  });
  return { code: await run(world, words), usedDaemon };
}

async function run(world: World, [name = 'help', ...argv]: readonly string[]): Promise<number> {
  const { version } = world;
  try {
    const command = await commandOf(name);
    return await command(world, argv);
  } catch (thrown) {
    const error = toRunnerError(thrown);
    const { errorText } = await import('./error-text.ts');
    const colour = world.stderr.isTTY && !process.env['NO_COLOR'];
    await world.stderr.write(
      errorText(error, { colour, about: `runner ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}` }),
    );
    if (error.code === 'runner.bug' && process.env['RUNNER_DEBUG']) await world.stderr.write(`${(thrown as Error).stack}\n`);
    return codeOfError(error.code);
  } finally {
    await Promise.all([world.stdout.flush(), world.stderr.flush()]);
  }
}

function worldOf(version: string, onConnector: () => void): World {
  const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const caller = callerOf(environment);
  return {
    environment,
    get folder() {
      return folderHere();
    },
    stdout: screenOf(process.stdout),
    stderr: screenOf(process.stderr),
    caller,
    tempFolder: tmpdir(),
    stateFolder: stateFolderOf(environment, caller),
    version,
    owner: ownerOf(process.pid),
    reaper: { node: process.execPath, script: path.join(import.meta.dirname, 'reaper.js') },
    runner: [process.execPath, path.join(import.meta.dirname, 'main.js')],
    clock: { now: Date.now, elapsed: () => performance.now() },
    readStdin: async () => (await import('node:stream/consumers')).buffer(process.stdin),
    connector: async () => {
      onConnector();
      const { connect } = await import('./engine/connect.ts');
      return ({ dockerContext, over }) => connect({ environment: { ...environment, ...over }, context: dockerContext });
    },
    startProgram: async (call) => (await import('./engine/host/start-program.ts')).startProgram(call),
    onSignal,
  };
}

/** Build servers remove workspaces under what still runs in them. */
function folderHere(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new RunnerError('host.failed', 'the folder in which the runner was started is gone', {
      hint: 'Change into a folder that exists, and start it there.',
      cause,
    });
  }
}

/** A user without an entry in passwd has a number and no name. */
function callerOf(environment: Env): Caller {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const groups = [...new Set([gid, ...(process.getgroups?.() ?? [])])];
  try {
    const { username: userName, homedir } = userInfo();
    return { uid, gid, groups, userName, home: environment['HOME'] || homedir };
  } catch {
    return { uid, gid, groups, userName: 'runner', home: environment['HOME'] || '/' };
  }
}

/** A variable that is empty is one that is not set. Ledgers outlive a change of the folder, so that theirs has a whole path. */
const stateFolderOf = (environment: Env, { home }: Caller): string =>
  path.resolve(
    environment['RUNNER_STATE_DIR'] || path.join(environment['XDG_STATE_HOME'] || path.join(home, '.local/state'), 'build-pattern-runner'),
  );
