import { durationText } from '../words.ts';
import type { Printer } from './printer.ts';

const QUIET_MS = 10_000;
const LONGEST_QUIET_MS = 60_000;
const PROGRESS_AFTER_MS = 2_000;
const PROGRESS_EVERY_MS = 5_000;

/**
 * Shows on a log that grows line by line that a run is alive.
 *
 * A step that has something to say about its progress is shown once it has taken two seconds, and then at most every
 * five. When nothing was printed for ten seconds, one line says what is running; in a silence that goes on, the gap
 * between two such lines doubles up to a minute.
 */
export class Pulse {
  readonly #printer: Printer;
  readonly #now: () => number;
  readonly #startedAt: Map<string, number> = new Map();
  readonly #progressAt: Map<string, number> = new Map();
  /** When the last beat was printed, to tell a beat from news. */
  #beatAt: number | undefined;
  #gapMs = QUIET_MS;
  #timer: NodeJS.Timeout | undefined;

  constructor(printer: Printer, now: () => number) {
    this.#printer = printer;
    this.#now = now;
  }

  started(step: string): void {
    this.#startedAt.set(step, this.#now());
    this.#timer ??= setInterval(() => this.#beat(), 1_000).unref();
  }

  ended(step: string): void {
    this.#startedAt.delete(step);
    this.#progressAt.delete(step);
  }

  progress(step: string, text: string): void {
    const startedAt = this.#startedAt.get(step) ?? this.#now();
    const dueAt = this.#progressAt.has(step) ? this.#progressAt.get(step)! + PROGRESS_EVERY_MS : startedAt + PROGRESS_AFTER_MS;
    if (this.#now() < dueAt) return;
    this.#progressAt.set(step, this.#now());
    this.#printer.say(`${step}: ${text}`);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const now = this.#now();
    const { printedAt } = this.#printer;
    if (printedAt !== this.#beatAt) this.#gapMs = QUIET_MS;
    if (this.#startedAt.size === 0 || now - printedAt < this.#gapMs) return;
    const running = [...this.#startedAt].map(([step, at]) => `${step} (${durationText(now - at)})`);
    this.#printer.say(`still running ${running.join(', ')}`);
    this.#beatAt = this.#printer.printedAt;
    this.#gapMs = Math.min(LONGEST_QUIET_MS, this.#gapMs * 2);
  }
}
