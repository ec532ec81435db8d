import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { RunnerError } from '../errors.ts';
import type { Labels } from '../plan/plan.ts';

export interface ReaperStart {
  /** The Node that runs the reaper, and its script. */
  readonly node: string;
  readonly script: string;
  /** What the reaper may write when something goes wrong. */
  readonly logPath: string;
  readonly ledgerPath: string;
  readonly stateFolder: string;
  /** The runner's; the reaper gets no more of it than it needs. */
  readonly environment: Labels;
}

/** A process that outlives the runner, whatever kills it, and cleans up after its run. */
export interface Reaper {
  /** Resolves once it is sure to notice the runner's end: only then may anything be created. */
  readonly ready: Promise<void>;
  /** Everything was given back: it ends and does nothing. */
  dismiss(): Promise<void>;
  /** The run is kept: it cleans up at that time, unless the machine goes down before; then the next `gc` does. */
  wait(untilMs: number): Promise<void>;
  /** Everything was given back, but not all that dead runs left: it goes on with that, so that the runner need not. */
  collect(): Promise<void>;
  /** The run is over and left something: it cleans up now, as it would if the runner had died. */
  unleash(): void;
}

/**
 * A shell that waits for a word on its standard input. The runner holds the other end, so the end of the runner ends the
 * reading: a shell costs a millisecond and a megabyte, and becomes the real reaper only when it has to. It ignores what a
 * terminal or a service manager sends to everybody, but not while it waits for a kept run, which may take hours; and it says that it
 * is ready even to a runner that is dead by then.
 */
export const WATCH = `
trap '' HUP INT TERM PIPE
echo ready
exec >/dev/null
read -r word seconds || word=gone
case $word in
  done) exit 0 ;;
  collect) set -- "$@" collect ;;
  kept) trap - HUP INT TERM; sleep "$seconds" ;;
esac
exec "$@" >>"$0" 2>&1
`;

/** Start a reaper for a run. It costs the runner a fork; `ready` can be awaited beside other work. */
export function startReaper({ node, script, logPath, ledgerPath, stateFolder, environment }: ReaperStart): Reaper {
  const args = ['-c', WATCH, logPath, node, script, ledgerPath, stateFolder];
  const child = spawn('/bin/sh', args, { cwd: '/', detached: true, env: neededOf(environment), stdio: ['pipe', 'pipe', 'ignore'] });
  // A reaper that somebody killed reads nothing any more; `gc` does its work then.
  child.stdin.on('error', () => {});
  return {
    ready: readyOf(child),
    dismiss: () => say(child, 'done'),
    wait: (untilMs) => say(child, `kept ${Math.max(0, Math.ceil((untilMs - Date.now()) / 1000))}`),
    collect: () => say(child, 'collect'),
    unleash: () => void child.stdin.destroy(),
  };
}

type Watch = ChildProcessByStdio<Writable, Readable, null>;

async function readyOf(child: Watch): Promise<void> {
  try {
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => Promise.reject(new Error('it ended at once')))]);
  } catch (cause) {
    const hint = 'Check that /bin/sh can be started (`ulimit -u`, memory).';
    throw new RunnerError('host.failed', 'the reaper could not be started', { cause, hint });
  }
  // From here on the runner can end without it.
  child.unref();
  for (const end of [child.stdin, child.stdout]) if (end instanceof Socket) end.unref();
}

/** Resolves when the words are on their way, or when nobody is left to read them. */
const say = (child: Watch, words: string): Promise<void> =>
  new Promise((resolve) => {
    child.stdin.once('close', resolve).end(`${words}\n`, () => resolve());
  });

/**
 * Only what finding a program and the daemon takes. Cookies by which a CI server finds and kills what a build left
 * (BUILD_ID, JENKINS_*_COOKIE, RUNNER_TRACKING_ID), and the markers of a run that this one runs in, stay behind.
 */
const neededOf = (environment: Labels): Labels =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => /^(PATH|HOME|USER|LANG|TMPDIR|SSH_AUTH_SOCK|DOCKER_\w+)$/.test(name)));
