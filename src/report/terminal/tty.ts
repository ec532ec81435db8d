import type { Plan, Step } from '../../plan/plan.ts';
import { type Colours, colourable, coloursOf, printable } from '../../terminal-text.ts';
import type { Onlooker, Phase, RunEvent } from '../events.ts';
import { type Reactions, react } from '../reactions.ts';
import type { Report, Status, StepReport } from '../report.ts';
import { endText, interruptText, isNoteworthy, removalText } from '../sentences.ts';
import { type Closing, summaryLines } from '../summary.ts';
import { Tail } from '../tail.ts';
import { isHeard } from './heard.ts';
import { LiveRegion } from './live-region.ts';
import type { Screen } from './screen.ts';
import { treeRows } from './tree.ts';
import { widthMeter } from './width.ts';

export interface TreeOptions {
  /** The tree is drawn on standard error; a live tree needs a terminal on both streams, so this is where output goes, too. */
  readonly stderr: Screen;
  readonly colour: boolean;
  readonly verbose: boolean;
  readonly closing: Closing;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * For people at a terminal: a tree of what runs and what is to come, with timers and the last lines of each running
 * step, redrawn at most ten times a second. When a step ends it leaves the tree: its mark and its output, the last
 * 64 KiB of it, stay above for good, and the whole of it is in the stored log. So a flood of output neither scrolls the
 * terminal nor waits for it.
 */
export const treeRenderer = (options: TreeOptions): Onlooker => new Tty(options);

const FRAME_MS = 100;

const MARK: Readonly<Record<Status, string>> = { passed: '✓', failed: '✗', errored: '!', cancelled: '∅', skipped: '–' };

interface Live {
  readonly name: string;
  readonly startedAt: number;
  progress: string | undefined;
}

class Tty implements Onlooker {
  readonly #options: TreeOptions;
  readonly #colours: Colours;
  readonly #region: LiveRegion;
  readonly #running: Map<string, Live> = new Map();
  readonly #tails: Map<string, Tail> = new Map();
  #name = '';
  #waiting: readonly string[] = [];
  #phase: Phase = 'prepare';
  #startedAt = 0;
  /** Lines that stay, to be written with the next frame. */
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #reactions: Reactions = {
    'run.started': ({ plan }) => this.#runStarted(plan),
    'phase.started': ({ phase }) => {
      this.#phase = phase;
    },
    'step.started': ({ step, attempt }) => this.#stepStarted(step, attempt),
    'step.progress': ({ step, text }) => {
      const live = this.#running.get(step.name);
      if (live) live.progress = printable(text);
    },
    'step.output': ({ step, stream, chunk }) => this.#tailOf(step.name).push(stream, chunk),
    'step.ended': ({ step, report }) => this.#stepEnded(step, report),
    'run.interrupted': ({ signal, count }) => this.#say(this.#colours.yellow(interruptText(signal, count))),
    'run.evidence': () => {},
    'run.warning': ({ text }) => this.#say(`${this.#colours.yellow('warning:')} ${printable(text)}`),
    'cleanup.ended': ({ result }) => {
      if (!result.ok || this.#options.verbose) this.#say(removalText(result));
    },
    'run.ended': ({ report }) => this.#runEnded(report),
  };

  constructor(options: TreeOptions) {
    this.#options = options;
    this.#colours = coloursOf(options.colour);
    this.#region = new LiveRegion(options.stderr, widthMeter());
  }

  on(event: RunEvent): void {
    react(this.#reactions, event);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#region.update(this.#takeLines(), []);
    await this.#options.stderr.flush();
  }

  #runStarted(plan: Plan): void {
    this.#name = `${plan.name} (${plan.pattern})`;
    this.#waiting = plan.steps.filter(({ kind }) => kind === 'task').map(({ name }) => name);
    this.#startedAt = this.#options.now();
    this.#timer = setInterval(() => this.#draw(), FRAME_MS).unref();
  }

  #stepStarted({ name }: Step, attempt: number): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== name);
    this.#running.set(name, { name, startedAt: this.#options.now(), progress: undefined });
    if (attempt < 2) return;
    this.#say(`${name} starts again (attempt ${attempt}) after`, ...this.#outputLines(name));
    this.#tails.delete(name);
  }

  #stepEnded(step: Step, report: StepReport): void {
    const { verbose } = this.#options;
    this.#running.delete(step.name);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== step.name);
    if (step.kind === 'task' || verbose || isNoteworthy(report)) this.#say(this.#endLine(report));
    if (isHeard(step, verbose) || report.status === 'errored') this.#say(...this.#outputLines(step.name));
  }

  #runEnded(report: Report): void {
    clearInterval(this.#timer);
    const { closing } = this.#options;
    this.#say(...summaryLines(report, { ...closing, colours: this.#colours, tailOf: (step) => this.#tails.get(step)?.lines() ?? [] }));
    this.#region.update(this.#takeLines(), []);
  }

  #draw(): void {
    const moment = {
      ...{ name: this.#name, phase: this.#phase, startedAt: this.#startedAt, now: this.#options.now(), waiting: this.#waiting },
      running: [...this.#running.values()].map((live) => ({
        ...live,
        lastLines: (most: number) => this.#tails.get(live.name)?.lines(most) ?? [],
      })),
    };
    this.#region.update(this.#takeLines(), treeRows(moment, { height: this.#region.height, colours: this.#colours }));
  }

  #endLine(report: StepReport): string {
    const { green, red, yellow, dim } = this.#colours;
    const paint: Readonly<Record<Status, (text: string) => string>> = {
      passed: green,
      failed: red,
      errored: red,
      cancelled: yellow,
      skipped: dim,
    };
    return `${paint[report.status](MARK[report.status])} ${endText(report)}`;
  }

  #outputLines(step: string): readonly string[] {
    const tail = this.#tails.get(step);
    const bar = this.#colours.dim('  │');
    const cut = tail?.isCut() ? [`${bar} … the beginning is in the log`] : [];
    return [...cut, ...(tail?.screenLines().map((line) => `${bar} ${this.#options.colour ? colourable(line) : printable(line)}`) ?? [])];
  }

  #tailOf(step: string): Tail {
    const tail = this.#tails.get(step) ?? new Tail();
    this.#tails.set(step, tail);
    return tail;
  }

  #say(...lines: readonly string[]): void {
    this.#lines.push(...lines);
  }

  #takeLines(): readonly string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}
