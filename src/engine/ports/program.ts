/** A program to be started and measured. */
export interface ProgramCall {
  readonly command: readonly [file: string, ...args: string[]];
  /** All of its environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly dir: string;
  /** Nothing else is started by this process meanwhile, so what the kernel adds up at its end is all its own. */
  readonly alone: boolean;
}

export interface ProgramEnd {
  /** As a shell would say it: 128 + n after signal n. */
  readonly code: number;
  readonly signal: NodeJS.Signals | undefined;
  /** What it said last on standard error. */
  readonly lastLines: readonly string[];
  /** Of the program and everything that it started and waited for; of one that is not alone, as last sampled. */
  readonly cpuSeconds: number;
  /** The most that it and its descendants had resident together, as sampled. */
  readonly rssBytes: number;
}

/** A program that runs in a process group of its own: a Ctrl-C at the terminal does not reach it. */
export interface Program {
  readonly pid: number;
  /** Never rejects; settles when the program has ended and all it said was read. */
  readonly ended: Promise<ProgramEnd>;
  /** To the program alone: what it started is its own to end. Fine when it has ended already. */
  send(signal: NodeJS.Signals): void;
}

/** Throws `host.tool-missing` where there is no such program. */
export type StartProgram = (call: ProgramCall) => Promise<Program>;
