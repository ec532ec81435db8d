import stringWidth from 'string-width';
import type { Screen } from '../../../../src/report/terminal/screen.ts';

/** A small terminal: lines that wrap at its width, a cursor, and the few sequences a live tree needs. Fails on any other. */
export class Terminal implements Screen {
  readonly isTTY = true;
  readonly lost = undefined;
  columns: number | undefined;
  rows: number | undefined;
  readonly writes: string[] = [];
  /** Each line is as wide as the terminal or less. */
  #lines: string[] = [''];
  #row = 0;

  constructor(columns?: number, rows?: number) {
    this.columns = columns;
    this.rows = rows;
  }

  write(bytes: Uint8Array | string): void {
    const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
    this.writes.push(text);
    for (const part of text.split(/(\u001b\[[0-9;?]*[A-Za-z]|\r|\n)/)) this.#put(part);
  }

  async flush(): Promise<void> {}

  hurry(): void {}

  /** What somebody sees who scrolls up to the first line. */
  text(): string {
    return this.#lines.join('\n');
  }

  #put(part: string): void {
    const up = /^\u001b\[(\d+)A$/.exec(part);
    if (up) this.#moveUp(Number(up[1]));
    else if (part === '\u001b[J') this.#lines.splice(this.#row, this.#lines.length, '');
    else if (part === '\n') this.#newline();
    else if (part === '\r' || part === '' || /^\u001b\[[0-9;]*m$/.test(part)) return;
    else if (part.startsWith('\u001b')) throw new Error(`the terminal does not know ${JSON.stringify(part)}`);
    else this.#print(part);
  }

  #moveUp(rows: number): void {
    if (rows > this.#row || rows >= (this.rows ?? 24)) throw new Error(`the cursor cannot go ${rows} up from row ${this.#row}`);
    this.#row -= rows;
  }

  #newline(): void {
    this.#row += 1;
    if (this.#row === this.#lines.length) this.#lines.push('');
  }

  /** As a window that becomes narrower: what no longer fits on a line goes on in the next. */
  narrow(columns: number): void {
    this.columns = columns;
    this.#lines = this.#lines.flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? ['']);
    this.#row = this.#lines.length - 1;
  }

  #print(text: string): void {
    const columns = this.columns || 80;
    for (const character of text) {
      const line = `${this.#lines[this.#row]}${character}`;
      if (line.length > columns / 2 && stringWidth(line) > columns) this.#newline();
      this.#lines[this.#row] += character;
    }
  }
}
