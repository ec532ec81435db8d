import type { Readable } from 'node:stream';
import type { OnOutput } from '../ports.ts';

/** Where somebody sits. */
export interface Terminal {
  readonly input: Readable;
  /** Both false and true are fine: without a terminal, what is piped in is read as a script. */
  readonly isTTY: boolean;
  readonly onOutput: OnOutput;
  readonly size: () => { readonly rows: number; readonly columns: number };
  /** Returns how to stop listening. */
  onResize(listener: () => void): () => void;
}

export interface ShellEngine {
  /** The best shell of a container that runs, until it is left. Resolves with its exit code. */
  open(container: string, terminal: Terminal): Promise<number>;
}
