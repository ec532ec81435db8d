import type { Engines } from '../engine/ports.ts';
import type { StopSignal } from '../execute/stops.ts';
import type { Caller } from '../plan/facts.ts';
import type { Env } from '../spec/spec.ts';

/** One of the runner's own two outputs. Once its reader is gone, writing does nothing. */
export interface Output {
  /** A promise is back-pressure. */
  write(bytes: Uint8Array | string): void | Promise<void>;
  readonly isTerminal: boolean;
  /** Asked at each drawing; undefined where there is no terminal. */
  columns(): number | undefined;
}

/** Everything a command may know of or do to what is around it; `main.ts` makes the real one. */
export interface World {
  readonly environment: Env;
  readonly folder: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly caller: Caller;
  /** Absolute folders. */
  readonly homeFolder: string;
  readonly tempFolder: string;
  readonly version: string;
  readonly pid: number;
  /** How to start the reaper: a Node and a script. */
  readonly reaper: { readonly node: string; readonly script: string };
  readonly startedMs: number;
  readonly now: () => number;
  readStdin(): Promise<Uint8Array>;
  /** Nothing is contacted before the first call. */
  connect(options: { readonly dockerContext: string | undefined }): Engines;
  /** Returns how to stop listening. */
  onSignal(listener: (signal: StopSignal) => void): () => void;
}

/** Argv without the command's name in, exit code out. */
export type Command = (world: World, argv: readonly string[]) => Promise<number>;
