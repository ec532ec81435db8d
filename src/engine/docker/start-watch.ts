import type { OnOutput, OutputStream } from '../ports.ts';

/** What tini (`docker run --init`), the OCI runtime and the daemon say on the output of a process that never was. */
const NEVER_WAS = /^(\[FATAL tini \(\d+\)\] |OCI runtime exec failed: |unable to find (user|group) )/;
const LONGEST_REASON_BYTES = 2048;
/** By these codes a shell, tini and Docker say that a command could not be executed, or was not found. */
const NOT_STARTED: readonly number[] = [126, 127];

/**
 * Looks at the first words of a process: some failures to start arrive as its output. Those are held back until the
 * end shows whether they were all there is; everything else passes at once.
 */
export class StartWatch {
  readonly #onOutput: OnOutput;
  #held: (readonly [OutputStream, Uint8Array])[] = [];
  #passing = false;

  constructor(onOutput: OnOutput) {
    this.#onOutput = onOutput;
  }

  readonly onOutput: OnOutput = (stream, chunk) => {
    if (this.#passing) return this.#onOutput(stream, chunk);
    this.#held.push([stream, chunk]);
    const text = this.#text();
    if (!NEVER_WAS.test(text) || text.length > LONGEST_REASON_BYTES) return this.#release();
  };

  /** Undefined for a process that did start; else why it did not. */
  async settle(code: number): Promise<string | undefined> {
    if (this.#held.length > 0 && NOT_STARTED.includes(code)) return this.#text();
    await this.#release();
    return undefined;
  }

  #text(): string {
    return Buffer.concat(this.#held.map(([, chunk]) => chunk)).toString();
  }

  async #release(): Promise<void> {
    this.#passing = true;
    const held = this.#held;
    this.#held = [];
    for (const [stream, chunk] of held) await this.#onOutput(stream, chunk);
  }
}
