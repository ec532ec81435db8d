import type { OutputStream } from '../../engine/ports.ts';
import type { Screen } from './screen.ts';

export interface Screens {
  readonly stdout: Screen;
  readonly stderr: Screen;
}

/** Puts the steps' output and the runner's own words side by side: output on its own stream, words on standard error. */
export class Printer {
  readonly #screens: Screens;
  readonly #wordPrefix: () => string;
  #isMidLine = false;
  #wait: Promise<unknown> | undefined;
  readonly #now: () => number;
  #printedAt: number;

  constructor(screens: Screens, { wordPrefix, now }: { readonly wordPrefix: () => string; readonly now: () => number }) {
    this.#screens = screens;
    this.#wordPrefix = wordPrefix;
    this.#now = now;
    this.#printedAt = now();
  }

  /** When anything was last printed. */
  get printedAt(): number {
    return this.#printedAt;
  }

  output(stream: OutputStream, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#isMidLine = bytes.at(-1) !== NEWLINE;
    this.#write(this.#screens[stream], bytes);
  }

  /** Lines of the runner's own. They never continue a line that a step has not finished. */
  say(...lines: readonly string[]): void {
    const prefix = this.#wordPrefix();
    this.mark(lines.map((line) => `${prefix}${line}\n`).join(''));
  }

  /** Own text as it stands, such as a CI system's section marks. */
  mark(text: string): void {
    const start = this.#isMidLine ? '\n' : '';
    this.#isMidLine = false;
    this.#write(this.#screens.stderr, start + text);
  }

  /** What must settle before more is written; undefined when there is room. */
  takeWait(): Promise<void> | undefined {
    const wait = this.#wait;
    this.#wait = undefined;
    return wait?.then(() => {});
  }

  hurry(): void {
    this.#screens.stdout.hurry();
    this.#screens.stderr.hurry();
  }

  /** What to say when output was lost and whoever started the run does not know; a reader that went away does. */
  lossText(): string | undefined {
    const { lost } = this.#screens.stdout;
    return lost === undefined || lost.code === 'EPIPE' ? undefined : `standard output is not complete: ${lost.message}`;
  }

  async flush(): Promise<void> {
    await Promise.all([this.#screens.stdout.flush(), this.#screens.stderr.flush()]);
  }

  #write(screen: Screen, bytes: Uint8Array | string): void {
    this.#printedAt = this.#now();
    const room = screen.write(bytes);
    if (room !== undefined) this.#wait = this.#wait === undefined ? room : Promise.all([this.#wait, room]);
  }
}

const NEWLINE = 10;
