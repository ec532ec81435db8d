import type { OutputStream } from '../../engine/ports.ts';
import type { Plan, Step } from '../../plan/plan.ts';
import { type Colours, printable } from '../../terminal-text.ts';
import { PrefixedLines } from '../lines.ts';
import { Tails } from '../tails.ts';
import { heardSteps, isHeard } from './heard.ts';
import type { Printer } from './printer.ts';

interface VoicesOptions {
  readonly printer: Printer;
  readonly colours: Colours;
  readonly stamp: (() => string) | undefined;
  readonly verbose: boolean;
}

const WIDEST_NAME = 24;

/** The steps' output on a log that only grows, and their last lines. */
export class Voices {
  readonly #options: VoicesOptions;
  readonly #tails: Tails = new Tails();
  readonly #lines: Map<string, PrefixedLines> = new Map();
  #heard: readonly string[] = [];

  constructor(options: VoicesOptions) {
    this.#options = options;
  }

  expect(plan: Plan): void {
    this.#heard = heardSteps(plan, this.#options.verbose);
  }

  /** More than one step is heard, so that each needs its name said. */
  isChoir(): boolean {
    return this.#heard.length > 1;
  }

  output(step: Step, stream: OutputStream, chunk: Uint8Array): void {
    this.#tails.push(step, stream, chunk);
    if (!isHeard(step, this.#options.verbose)) return;
    const lines = this.#linesOf(step.name, stream);
    this.#options.printer.output(stream, lines ? lines.push(chunk) : chunk);
  }

  /** Prints what never got its newline. */
  ended(step: Step): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const lines = this.#lines.get(`${stream} ${step.name}`);
      if (lines) this.#options.printer.output(stream, lines.flush());
    }
  }

  tailOf(step: string): readonly string[] {
    return this.#tails.of(step);
  }

  /** Undefined: the bytes pass as they are. */
  #linesOf(step: string, stream: OutputStream): PrefixedLines | undefined {
    if (!this.isChoir() && this.#options.stamp === undefined) return undefined;
    const key = `${stream} ${step}`;
    const lines = this.#lines.get(key) ?? new PrefixedLines(this.#prefixOf(step));
    this.#lines.set(key, lines);
    return lines;
  }

  #prefixOf(step: string): () => string {
    const { stamp = () => '', colours } = this.#options;
    const width = Math.min(WIDEST_NAME, Math.max(...this.#heard.map((name) => name.length)));
    const name = this.isChoir() ? `${colours.cyan(printable(step).padEnd(width))}  | ` : '';
    return () => `${stamp()}${name}`;
  }
}
