import type { Screen } from './screen.ts';
import { fitted, type WidthOf } from './width.ts';

/** A row of the region: its text without any control character, and how to colour it once it has been cut to fit. */
export interface Row {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** Where nobody says how large the terminal is, or it says zero. */
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

/** Rows at the bottom of a terminal that are redrawn in place, below lines that stay. Only what changed is written. */
export class LiveRegion {
  readonly #screen: Screen;
  readonly #widthOf: WidthOf;
  #drawn: readonly string[] = [];
  #painted: readonly string[] = [];

  constructor(screen: Screen, widthOf: WidthOf) {
    this.#screen = screen;
    this.#widthOf = widthOf;
  }

  /** How many rows fit, with one to spare for the cursor. */
  get height(): number {
    return Math.max(1, (this.#screen.rows || USUAL_ROWS) - 1);
  }

  /** Lines that stay, above the rows; lines may be longer than the terminal is wide. */
  update(lines: readonly string[], rows: readonly Row[]): void {
    const columns = this.#columns;
    const texts = rows.slice(0, this.height).map(({ text }) => fitted(text, columns - 1, this.#widthOf));
    const painted = texts.map((text, index) => rows[index]?.paint?.(text) ?? text);
    const same = lines.length > 0 ? 0 : this.#sameRows(painted);
    if (same === painted.length && same === this.#painted.length) return;
    const fresh = [...lines, ...painted.slice(same)].map((line) => `${line}\n`);
    void this.#screen.write(`${this.#upTo(same)}${fresh.join('')}`);
    this.#drawn = texts;
    this.#painted = painted;
  }

  get #columns(): number {
    return Math.max(2, this.#screen.columns || USUAL_COLUMNS);
  }

  #sameRows(painted: readonly string[]): number {
    const changed = painted.findIndex((row, index) => row !== this.#painted[index]);
    return changed < 0 ? Math.min(painted.length, this.#painted.length) : changed;
  }

  /** To the start of a row, with everything from there on cleared. Rows of a terminal that became narrower have wrapped. */
  #upTo(row: number): string {
    const lines = this.#drawn.slice(row).reduce((sum, text) => sum + Math.max(1, Math.ceil(this.#widthOf(text) / this.#columns)), 0);
    return lines === 0 ? '\r\u001b[J' : `\r\u001b[${lines}A\u001b[J`;
  }
}
