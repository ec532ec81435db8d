import { COMMANDS } from './commands.ts';
import { EXEC_FLAGS, MATRIX_FLAGS, MATRIX_REPORT_FLAGS, SPEC_FLAGS } from './flag-tables.ts';
import type { FlagTable } from './flags.ts';

const FLAGS_OF: Readonly<Record<string, FlagTable>> = {
  exec: EXEC_FLAGS,
  plan: SPEC_FLAGS,
  matrix: MATRIX_FLAGS,
  report: MATRIX_REPORT_FLAGS,
};

/** `runner --help`. */
export function helpText(version: string): string {
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
export function commandHelp(name: string): string {
  const entry = COMMANDS[name];
  const flags = Object.entries(FLAGS_OF[name] ?? {});
  const lines = flags.map(
    ([flag, { short, type, multiple }]) =>
      `  ${short ? `-${short}, ` : '    '}--${flag}${type === 'string' ? ' …' : ''}${multiple ? '  (again and again)' : ''}`,
  );
  return [`Usage: runner ${entry?.usage ?? name}`, `  ${entry?.summary ?? ''}`, ...(lines.length > 0 ? ['', ...lines] : []), ''].join('\n');
}
