import { constants } from 'node:os';
import { kill } from 'node:process';
import { StringDecoder } from 'node:string_decoder';
import { RunnerError } from '../errors.ts';
import type { OutputStream, RunOptions } from './ports.ts';

export interface ToolCall extends RunOptions {
  readonly command: readonly [file: string, ...args: string[]];
  /** All of its environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** For who has not got the program: how to get it. */
  readonly install: string;
}

export interface ToolEnd {
  /** As a shell would say it. */
  readonly code: number;
  /** What it said last, on both streams. */
  readonly lastLines: readonly string[];
}

const LAST_LINES = 20;
/** A longer line is cut: its end says more than its beginning. */
const LONGEST_LINE = 4096;
const FAILED = 1;

/**
 * Runs a program of this machine to its end, in a process group of its own: a Ctrl-C at the terminal does not reach it,
 * an abort ends the whole group, TERM first and KILL after the grace. Throws `host.tool-missing`
 * when there is no such program.
 */
export async function runTool({ command, env, install, stdin, onOutput, signal, killAfterMs }: ToolCall): Promise<ToolEnd> {
  const { execa } = await import('execa');
  const [file, ...args] = command;
  const options = { extendEnv: false, detached: true, cleanup: false, buffer: false, reject: false } as const;
  const child = execa(file, args, { ...options, env, ...(stdin ? { input: stdin } : { stdin: 'ignore' }) });
  const ending = groupEnding(child.pid, { signal, killAfterMs });
  child.once('exit', () => ending.over());
  const last = new LastLines(LAST_LINES);
  const read = async (stream: OutputStream): Promise<void> => {
    for await (const chunk of child[stream] as AsyncIterable<Uint8Array>) {
      last.take(chunk);
      await onOutput(stream, chunk);
    }
  };
  try {
    const [end] = await Promise.all([child, read('stdout'), read('stderr')]);
    if (end.code === 'ENOENT') throw missing(file, env, install);
    return { code: end.exitCode ?? (end.signal ? 128 + constants.signals[end.signal] : FAILED), lastLines: last.lines };
  } finally {
    ending.over();
  }
}

/** Keeps the last lines of a stream of bytes. */
export class LastLines {
  readonly #count: number;
  readonly #decoder = new StringDecoder();
  #lines: string[] = [''];

  constructor(count: number) {
    this.#count = count;
  }

  take(chunk: Uint8Array): void {
    const [continued = '', ...fresh] = this.#decoder.write(Buffer.from(chunk)).split(/\r?\n/);
    const begun = `${this.#lines.at(-1) ?? ''}${continued}`;
    const lines = [...this.#lines.slice(0, -1), begun, ...fresh].slice(-this.#count - 1);
    this.#lines = lines.map((line) => line.slice(-LONGEST_LINE));
  }

  get lines(): readonly string[] {
    return this.#lines.filter((line) => line.trim() !== '').slice(-this.#count);
  }
}

/** What the program started and left behind goes when it goes, by the name of its group. */
function groupEnding(group: number | undefined, { signal, killAfterMs }: Pick<RunOptions, 'signal' | 'killAfterMs'>): { over(): void } {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    const graceMs = killAfterMs();
    if (graceMs > 0) timer = setTimeout(send, graceMs, group, 'SIGKILL');
    send(group, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    over() {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      send(group, 'SIGKILL');
    },
  };
}

function send(group: number | undefined, name: NodeJS.Signals): void {
  try {
    if (group !== undefined) kill(-group, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // nobody of the group is left
  }
}

const missing = (file: string, { PATH = '' }: ToolCall['env'], install: string): RunnerError =>
  new RunnerError('host.tool-missing', `${file} is not on the PATH`, { detail: [`looked in ${PATH}`], hint: install });
