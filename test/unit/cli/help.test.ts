import { expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/command-texts.ts';
import { helpFor } from '../../../src/cli/help.ts';

const help = (line: string): string | undefined => helpFor(line.split(' ').filter(Boolean), '1.2.3');

test.each(['', 'help', '--help', '-h', 'help nope'])('`runner %s` lists every command', (line) => {
  const lines = help(line)?.split('\n') ?? [];
  const missing = Object.values(COMMANDS).filter(
    ({ usage, summary }) => !lines.some((one) => one.startsWith(`  ${usage} `) && one.endsWith(` ${summary}`)),
  );
  expect(missing).toEqual([]);
});

test.each(['exec --help', 'exec spec.yaml -h', 'help exec'])('`runner %s` lists the flags of the command', (line) => {
  expect(help(line)).toMatch(/^Usage: runner exec \[spec\.yaml\|-\]\n[\s\S]*--pattern P {2,}how the steps are run[^\n]*\n/);
});

test.each(['exec --step help', 'nope --help', 'exec'])('`runner %s` asks for no help', (line) => {
  expect(help(line)).toBeUndefined();
});

test.each(['exec', 'plan', 'matrix', 'report', 'gc'])(
  'every flag of `runner %s` has a sentence, within a screen of 120 columns',
  (name) => {
    const flags = (help(`${name} --help`) ?? '').split('\n').filter((line) => /^ +(-\w, )?--/.test(line));
    expect(flags.length).toBeGreaterThan(3);
    for (const line of flags) expect(line).toMatch(/^ {2}(-\w, | {4})--[a-z-]+( [A-Z][A-Z=/]*)?( …)? {2,}\S.{5,}$/);
    expect(flags.filter((line) => line.length > 120)).toEqual([]);
  },
);
