import * as v from 'valibot';
import { LONGEST_MS, parseDuration } from '../duration.ts';
import { byShape, duration, flag, list, type Schema, section, text, wholeNumber } from '../kinds.ts';
import type { ComposeHealth } from './model.ts';
import { quoted } from './words.ts';

const testSchema: Schema<string | undefined> = byShape<string | undefined>('The command.', 'a text or a list', {
  text: text('A command for the shell.'),
  list: v.pipe(
    list('The command, after CMD, CMD-SHELL or NONE.', text('A word.')),
    v.check(([kind]) => ['CMD', 'CMD-SHELL', 'NONE'].includes(kind ?? ''), 'begins with none of CMD, CMD-SHELL, NONE'),
    v.transform(commandOf),
  ),
});

/** When nothing is said, Docker tries every 30 seconds, and three times. */
export const healthSchema: Schema<ComposeHealth> = v.pipe(
  section('How to tell that it is healthy.', {
    test: v.optional(testSchema),
    disable: v.optional(flag('Whether it is not checked.'), false),
    interval: v.optional(duration('How long to wait between two tries.'), '30s'),
    start_interval: v.optional(duration('The same, while it starts.')),
    timeout: v.optional(duration('How long one try may take.'), '30s'),
    start_period: v.optional(zeroOrMore('How long it may take to start.'), '0s'),
    retries: v.optional(wholeNumber('How many tries may fail.', 1, 1_000), 3),
  }),
  v.transform(({ test, disable, interval, start_interval, timeout, start_period, retries }) => ({
    test: disable ? undefined : test,
    intervalMs: start_interval ?? interval,
    tryMs: timeout,
    timeoutMs: Math.min(start_period + retries * (interval + timeout), LONGEST_MS),
  })),
);

/** A list says with its first word how the rest is run. */
function commandOf([kind, ...words]: string[]): string | undefined {
  if (kind === 'NONE') return undefined;
  return kind === 'CMD' ? words.map(quoted).join(' ') : words.join(' ');
}

function zeroOrMore(about: string): Schema<number> {
  return v.pipe(
    v.string('a duration such as 10s'),
    v.description(about),
    v.transform((written) => parseDuration(written) ?? Number.NaN),
    v.check((ms) => !Number.isNaN(ms), 'is not a duration; write one such as 10s'),
  );
}
