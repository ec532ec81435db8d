import { createReadStream } from 'node:fs';
import { PrefixedLines } from '../lines.ts';
import type { StoredLog } from '../stored-runs.ts';
import type { Screen } from '../terminal/screen.ts';

/** Prints logs one after the other, at the pace of the screen: a single one byte for byte, several behind the names of their steps. */
export async function printLogs(logs: readonly StoredLog[], screen: Screen): Promise<void> {
  const width = Math.max(0, ...logs.map(({ step }) => step.length));
  for (const { step, path } of logs) {
    const lines = new PrefixedLines(() => `${step.padEnd(width)}  | `);
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      await screen.write(logs.length === 1 ? chunk : lines.push(chunk));
      if (screen.lost) return;
    }
    await screen.write(lines.flush());
  }
}
