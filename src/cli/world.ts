import type { StartProgram } from '../engine/ports/program.ts';
import type { ShellEngine } from '../engine/ports/shell.ts';
import type { RunEngines } from '../engine/ports.ts';
import type { StopSignal } from '../execute/stops.ts';
import type { Caller } from '../plan/facts.ts';
import type { Screen } from '../report/terminal/screen.ts';
import type { Env } from '../spec/spec.ts';

/** Everything a command may know of or do to what is around it; `main.ts` makes the real one. */
export interface World {
  readonly environment: Env;
  /** The working folder, absolute. */
  readonly folder: string;
  readonly stdout: Screen;
  readonly stderr: Screen;
  readonly caller: Caller;
  readonly tempFolder: string;
  readonly stateFolder: string;
  readonly version: string;
  /** Of this process: see ledger/owner.ts. */
  readonly owner: string;
  /** How to start the reaper: a Node and a script. */
  readonly reaper: { readonly node: string; readonly script: string };
  /** Milliseconds since the epoch, and milliseconds of which only differences count. */
  /** How to start another runner: a Node and a script. */
  readonly runner: readonly [node: string, script: string];
  readonly clock: { readonly now: () => number; readonly elapsed: () => number };
  readStdin(): Promise<Uint8Array>;
  /** Loads what connects to the machines; nothing is contacted before the first call to one of them. */
  connector(): Promise<Connect>;
  readonly startProgram: StartProgram;
  /** Returns how to stop listening. */
  onSignal(listener: (signal: StopSignal) => void): () => void;
}

export interface ConnectOptions {
  readonly dockerContext?: string | undefined;
  /** Variables over those of the environment. */
  readonly over?: Env | undefined;
}

export interface Connected extends RunEngines {
  readonly shells: ShellEngine;
}

export type Connect = (options: ConnectOptions) => Connected;

/** Argv after the command's name in, exit code out. */
export type Command = (world: World, argv: readonly string[]) => Promise<number>;
