import { COMMANDS, type CommandName, isCommand } from './command-texts.ts';
import { EXEC_FLAGS, GC_FLAGS, MATRIX_FLAGS, MATRIX_REPORT_FLAGS, SPEC_FLAGS } from './flag-tables.ts';
import type { FlagTable } from './flags.ts';

const FLAGS_OF: Readonly<Record<string, FlagTable>> = {
  exec: EXEC_FLAGS,
  plan: SPEC_FLAGS,
  matrix: MATRIX_FLAGS,
  report: MATRIX_REPORT_FLAGS,
  gc: GC_FLAGS,
};

/** What the words ask help for: `--help`, `help exec`, `exec --help`; undefined where they ask for something else. */
export function helpFor([name = 'help', ...rest]: readonly string[], version: string): string | undefined {
  if (isHelpFlag(name)) return helpText(version);
  if (name === 'help') return isCommand(rest[0] ?? '') ? commandHelp(rest[0] as CommandName) : helpText(version);
  return isCommand(name) && rest.some(isHelpFlag) ? commandHelp(name) : undefined;
}

const isHelpFlag = (word: string): boolean => word === '--help' || word === '-h';

/** `runner --help`. */
function helpText(version: string): string {
  const width = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.length));
  return [
    `runner ${version}: one build spec under many build patterns, each in a throwaway environment`,
    '',
    'Usage: runner COMMAND [FLAGS]',
    '',
    ...Object.values(COMMANDS).map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`),
    '',
    'Exit codes: 0 passed · a step’s own code · 2 usage or spec · 120 cleanup incomplete · 124 time-out',
    '            125 infrastructure · 126 refused by policy · 129/130/143 HUP/INT/TERM',
    '`runner COMMAND --help` lists the flags of a command.',
    '',
  ].join('\n');
}

/** `runner exec --help` and its like. */
function commandHelp(name: CommandName): string {
  const entry = COMMANDS[name];
  const flags = Object.entries(FLAGS_OF[name] ?? {}).map(([flag, { short, takes, multiple, about = '' }]) => ({
    flag: `  ${short ? `-${short}, ` : '    '}--${flag}${takes ? ` ${takes}` : ''}${multiple ? ' …' : ''}`,
    about,
  }));
  const width = Math.max(...flags.map(({ flag }) => flag.length));
  const lines = flags.map(({ flag, about }) => `${flag.padEnd(width)}  ${about}`);
  return [`Usage: runner ${entry.usage}`, `  ${entry.summary}`, ...(lines.length > 0 ? ['', ...lines] : []), ''].join('\n');
}
