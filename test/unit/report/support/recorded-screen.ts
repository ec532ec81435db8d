import type { Screen } from '../../../../src/report/terminal/screen.ts';

/** A screen in memory. With `shared`, several of them write into one transcript, as two streams do on one terminal. */
export class RecordedScreen implements Screen {
  readonly isTTY: boolean;
  columns: number | undefined;
  rows: number | undefined;
  lost: NodeJS.ErrnoException | undefined;
  readonly writes: Buffer[];
  /** Set: every write has to wait for it. */
  full: Promise<void> | undefined;

  constructor({ isTTY = false, columns, rows, shared = [] }: { isTTY?: boolean; columns?: number; rows?: number; shared?: Buffer[] } = {}) {
    this.isTTY = isTTY;
    this.columns = columns;
    this.rows = rows;
    this.writes = shared;
  }

  write(bytes: Uint8Array | string): void | Promise<void> {
    this.writes.push(Buffer.from(bytes));
    return this.full;
  }

  async flush(): Promise<void> {}

  hurry(): void {}

  text(): string {
    return Buffer.concat(this.writes).toString('utf8');
  }
}
