import type { Plan } from '../../plan/plan.ts';
import { type Colours, printable } from '../../terminal-text.ts';
import type { RunEvent } from '../events.ts';
import { PrefixedLines } from '../lines.ts';
import type { EventOf } from '../reactions.ts';
import { type ByteStage, PassThrough, StepStreams } from '../step-streams.ts';
import { Tails } from '../tails.ts';
import { heardSteps, isHeard } from './heard.ts';
import type { Printer } from './printer.ts';

interface VoicesOptions {
  readonly printer: Printer;
  readonly colours: Colours;
  /** Begins each line; undefined: lines are not stamped. */
  readonly stamp: (() => string) | undefined;
  readonly verbose: boolean;
}

const WIDEST_NAME = 24;

/** The steps' output on a log that only grows, and their last lines. */
export class Voices {
  readonly #options: VoicesOptions;
  readonly #tails: Tails = new Tails();
  readonly #streams: StepStreams = new StepStreams(({ step }) => this.#stageFor(step.name));
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

  output(event: EventOf<'step.output'>): void {
    const { step, stream, chunk } = event;
    this.#tails.push(step, stream, chunk);
    const output = isHeard(step, this.#options.verbose) ? this.#streams.through(event) : undefined;
    if (output) this.#options.printer.output(stream, output.chunk);
  }

  /** Prints what never got its newline, before news that says it never will. */
  finish(event: RunEvent): void {
    for (const { stream, chunk } of this.#streams.before(event)) this.#options.printer.output(stream, chunk);
  }

  tailOf(step: string): readonly string[] {
    return this.#tails.of(step);
  }

  #stageFor(step: string): ByteStage {
    const { stamp, colours } = this.#options;
    if (!this.isChoir()) return stamp ? new PrefixedLines(stamp) : new PassThrough();
    const width = Math.min(WIDEST_NAME, Math.max(...this.#heard.map((name) => name.length)));
    const prefix = `${colours.cyan(printable(step).padEnd(width))}  | `;
    return new PrefixedLines(stamp ? () => `${stamp()}${prefix}` : () => prefix);
  }
}
