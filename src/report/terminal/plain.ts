import type { Step } from '../../plan/plan.ts';
import { coloursOf, printable } from '../../terminal-text.ts';
import type { Onlooker, Phase, RunEvent } from '../events.ts';
import { type Reactions, react } from '../reactions.ts';
import type { Report, StepReport } from '../report.ts';
import { endText, interruptText, isNoteworthy, removalText } from '../sentences.ts';
import { type Closing, summaryLines } from '../summary.ts';
import { GROUP_MARK, type Grouping } from './groups.ts';
import { Printer, type Screens } from './printer.ts';
import { Pulse } from './pulse.ts';
import { Voices } from './voices.ts';

export interface PlainOptions extends Screens {
  readonly colour: boolean;
  /** Also what was prepared, what was removed, and what the services say. */
  readonly verbose: boolean;
  /** Each line begins with the time, in UTC. */
  readonly timestamps: boolean;
  readonly group: Grouping;
  readonly closing: Closing;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * For CI systems and pipes: a log that only grows. A step's output goes to its own stream, behind `build  | ` when more
 * than one step is heard and byte for byte when there is only one; the runner's own words go to standard error.
 */
export const plainRenderer = (options: PlainOptions): Onlooker => new Plain(options);

class Plain implements Onlooker {
  readonly #options: PlainOptions;
  readonly #printer: Printer;
  readonly #pulse: Pulse;
  readonly #voices: Voices;
  #openGroup: string | undefined;
  readonly #reactions: Reactions = {
    'run.started': ({ plan }) => {
      this.#voices.expect(plan);
      this.#say(`${plan.name} (${plan.pattern}), run ${plan.run}`);
    },
    'phase.started': ({ phase }) => this.#phaseStarted(phase),
    'step.started': ({ step, attempt }) => this.#stepStarted(step, attempt),
    'step.progress': ({ step, text }) => this.#pulse.progress(step.name, printable(text)),
    'step.output': (event) => this.#voices.output(event),
    'step.ended': ({ step, report }) => this.#stepEnded(step, report),
    'run.interrupted': ({ signal, count }) => {
      this.#printer.hurry();
      this.#say(interruptText(signal, count));
    },
    'run.evidence': () => {},
    'run.warning': ({ text }) => this.#say(`warning: ${printable(text)}`),
    'cleanup.ended': ({ result }) => {
      if (!result.ok || this.#options.verbose) this.#say(removalText(result));
    },
    'run.ended': ({ report }) => this.#runEnded(report),
  };

  constructor(options: PlainOptions) {
    const colours = coloursOf(options.colour);
    const stamp = (): string => (options.timestamps ? `${new Date(options.now()).toISOString()} ` : '');
    this.#options = options;
    this.#printer = new Printer(options, { wordPrefix: () => `${stamp()}${colours.dim('runner:')} `, now: options.now });
    this.#pulse = new Pulse(this.#printer, options.now);
    this.#voices = new Voices({ printer: this.#printer, colours, stamp: options.timestamps ? stamp : undefined, verbose: options.verbose });
  }

  on(event: RunEvent): void | Promise<void> {
    this.#voices.finish(event);
    react(this.#reactions, event);
    return this.#printer.takeWait();
  }

  async close(): Promise<void> {
    this.#pulse.stop();
    await this.#printer.flush();
  }

  #phaseStarted(phase: Phase): void {
    this.#closeGroup();
    if (phase !== 'run') this.#openGroupFor(phase);
  }

  #stepStarted(step: Step, attempt: number): void {
    this.#pulse.started(step.name);
    if (step.kind === 'task') this.#openGroupFor(step.name);
    if (attempt > 1) this.#say(`${step.name} starts again (attempt ${attempt})`);
    else if (step.kind === 'task' && this.#voices.isChoir()) this.#say(`${step.name} started`);
  }

  #stepEnded(step: Step, report: StepReport): void {
    this.#pulse.ended(step.name);
    const isOneOfMany = step.kind === 'task' && this.#voices.isChoir();
    if (isOneOfMany || this.#options.verbose || isNoteworthy(report)) this.#say(endText(report));
    if (step.kind === 'task') this.#closeGroup();
  }

  #runEnded(report: Report): void {
    this.#pulse.stop();
    this.#closeGroup();
    const loss = this.#printer.lossText();
    if (loss !== undefined) this.#say(`warning: ${loss}`);
    const { colour, closing } = this.#options;
    this.#say(...summaryLines(report, { ...closing, colours: coloursOf(colour), tailOf: (step) => this.#voices.tailOf(step) }));
  }

  #openGroupFor(title: string): void {
    this.#closeGroup();
    this.#openGroup = title;
    this.#mark('open', title);
  }

  #closeGroup(): void {
    if (this.#openGroup !== undefined) this.#mark('close', this.#openGroup);
    this.#openGroup = undefined;
  }

  #mark(which: 'open' | 'close', title: string): void {
    const text = GROUP_MARK[this.#options.group][which](title, new Date(this.#options.now()));
    if (text !== '') this.#printer.mark(text);
  }

  #say(...lines: readonly string[]): void {
    this.#printer.say(...lines);
  }
}
