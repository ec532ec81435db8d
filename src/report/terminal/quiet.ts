import { coloursOf, printable } from '../../terminal-text.ts';
import type { Onlooker, RunEvent } from '../events.ts';
import { type Closing, summaryLines } from '../summary.ts';
import { Tails } from '../tails.ts';
import type { Screen } from './screen.ts';

export interface QuietOptions {
  readonly stderr: Screen;
  readonly colour: boolean;
  readonly closing: Closing;
}

/** Says nothing but warnings until the run has ended, and then its last lines. The steps' output is in the stored logs. */
export const quietRenderer = (options: QuietOptions): Onlooker => new Quiet(options);

class Quiet implements Onlooker {
  readonly #options: QuietOptions;
  readonly #tails: Tails = new Tails();

  constructor(options: QuietOptions) {
    this.#options = options;
  }

  on(event: RunEvent): void | Promise<void> {
    if (event.type === 'step.output') this.#tails.push(event.step, event.stream, event.chunk);
    const lines = this.#linesFor(event);
    return this.#options.stderr.write(lines.map((line) => `${line}\n`).join(''));
  }

  close(): Promise<void> {
    return this.#options.stderr.flush();
  }

  #linesFor(event: RunEvent): readonly string[] {
    const { colour, closing } = this.#options;
    if (event.type === 'run.warning') return [`warning: ${printable(event.text)}`];
    if (event.type !== 'run.ended') return [];
    return summaryLines(event.report, { ...closing, colours: coloursOf(colour), tailOf: (step) => this.#tails.of(step) });
  }
}
