import { RunnerError } from '../errors.ts';
import type { Retention } from '../report/stored/retention.ts';
import { parseAge } from '../spec/duration.ts';
import type { Settings } from '../spec/settings.ts';
import { parseSize } from '../spec/size.ts';

const parseCount = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

/** How much of the past the settings keep. Throws `usage.invalid` where one of them can't be read. */
export function retentionOf({ keep_runs = '1000', keep_runs_for = '30d', keep_runs_size = '2GiB' }: Settings): Retention {
  return {
    runs: parsed('keep_runs', keep_runs, parseCount, 'a number: 200'),
    forMs: parsed('keep_runs_for', keep_runs_for, parseAge, 'a duration: 12h, 30d'),
    forText: keep_runs_for,
    bytes: parsed('keep_runs_size', keep_runs_size, parseSize, 'a size: 500MiB, 2GiB'),
  };
}

function parsed(name: string, text: string, parse: (text: string) => number | undefined, example: string): number {
  const value = parse(text);
  if (value !== undefined) return value;
  throw new RunnerError('usage.invalid', `the setting ${name} can't be ${text}`, { hint: `Write ${example}.` });
}
