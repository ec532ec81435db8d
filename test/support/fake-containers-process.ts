import { setTimeout as delay } from 'node:timers/promises';
import type { Exit, OnOutput, OutputStream, RunOptions } from '../../src/engine/ports.ts';

/** What a fake process does with its life, in this order: print, read, act, run on, leave files behind, exit. */
export interface Behaviour {
  readonly output?: readonly (readonly [OutputStream, string])[];
  /** Prints what it was given on standard input. */
  readonly echoesStdin?: boolean;
  /** Anything else; its output must go through `print`. */
  readonly act?: (process: FakeProcess) => Promise<void>;
  /** Infinity: until somebody kills it. */
  readonly runsMs?: number;
  readonly files?: Readonly<Record<string, string>>;
  readonly code?: number;
  readonly oomKilled?: boolean;
  readonly ignoresTerm?: boolean;
}

const KILLED = 137;
const TERMINATED = 143;

/** A process that lives in a timer: it prints, waits, exits, and can be told to go. */
export class FakeProcess {
  readonly ended: Promise<Exit>;
  readonly stdin: Uint8Array;
  readonly #behaviour: Behaviour;
  readonly #onOutput: OnOutput;
  readonly #death: PromiseWithResolvers<number> = Promise.withResolvers();
  readonly #timer: AbortController = new AbortController();
  readonly #unread: PromiseWithResolvers<never> = Promise.withResolvers();
  #attached = true;

  constructor(behaviour: Behaviour, io: { readonly onOutput: OnOutput; readonly stdin?: Uint8Array | undefined }) {
    this.#behaviour = behaviour;
    this.#onOutput = io.onOutput;
    this.stdin = io.stdin ?? new Uint8Array();
    this.#unread.promise.catch(() => {});
    this.ended = Promise.race([this.#live(), this.#death.promise]).then((code) => this.#exit(code));
  }

  /** What the reader throws is not the process's business, but that of whoever waits for it. */
  async print(stream: OutputStream, text: string): Promise<void> {
    if (!this.#attached) return;
    await Promise.resolve(this.#onOutput(stream, Buffer.from(text))).catch(this.#unread.reject);
  }

  /** The end, unless the reader threw. */
  get read(): Promise<Exit> {
    return Promise.race([this.#unread.promise, this.ended]);
  }

  terminate(): void {
    if (!this.#behaviour.ignoresTerm) this.#death.resolve(TERMINATED);
  }

  kill(): void {
    this.#death.resolve(KILLED);
  }

  /** Its output goes nowhere from now on. */
  detach(): void {
    this.#attached = false;
  }

  async #live(): Promise<number> {
    const { output = [], echoesStdin, act, runsMs = 0, code = 0 } = this.#behaviour;
    await Promise.resolve();
    for (const [stream, text] of output) await this.print(stream, text);
    if (echoesStdin) await this.print('stdout', Buffer.from(this.stdin).toString());
    await act?.(this);
    await lasting(runsMs, this.#timer.signal);
    return code;
  }

  #exit(code: number): Exit {
    this.#timer.abort();
    this.detach();
    return { code, oomKilled: code === KILLED && this.#behaviour.oomKilled === true };
  }
}

/** An abort sends TERM, and KILL `killAfterMs` later. */
export async function underSignal(process: FakeProcess, { signal, killAfterMs }: RunOptions): Promise<Exit> {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    const graceMs = killAfterMs();
    if (graceMs > 0) process.terminate();
    timer = setTimeout(() => process.kill(), graceMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return process.read.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  });
}

/** Resolves at the latest when the process has ended for another reason. */
const lasting = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (ms === Number.POSITIVE_INFINITY) return new Promise(() => {});
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {});
};
