import { distance } from 'fastest-levenshtein';
import { RunnerError } from '../errors.ts';
import { type CommandName, isCommand } from './command-texts.ts';
import type { Command } from './world.ts';

/** Every command; what it needs is loaded when it is called. */
const LOADERS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  exec: async () => (await import('./exec.ts')).exec,
  plan: async () => (await import('./plan.ts')).plan,
  validate: async () => (await import('./validate.ts')).validate,
  matrix: async () => (await import('./matrix.ts')).matrix,
  report: async () => (await import('./report.ts')).report,
  schema: async () => (await import('./schema.ts')).schema,
  doctor: async () => (await import('./doctor.ts')).doctor,
  ps: async () => (await import('./ps.ts')).ps,
  gc: async () => (await import('./gc.ts')).gc,
  history: async () => (await import('./history.ts')).history,
  inspect: async () => (await import('./inspect.ts')).inspect,
  logs: async () => (await import('./logs.ts')).logs,
  shell: async () => (await import('./shell.ts')).shell,
  init: async () => (await import('./init.ts')).init,
  explain: async () => (await import('./explain.ts')).explain,
  completion: async () => (await import('./completion.ts')).completion,
};

/** Throws `usage.invalid` with the nearest command. */
export async function commandOf(name: string): Promise<Command> {
  if (isCommand(name)) return LOADERS[name]();
  const near = Object.keys(LOADERS).find((known) => distance(known, name) <= 2);
  throw new RunnerError('usage.invalid', `there is no command ${name}${near ? `; did you mean ${near}?` : ''}`, {
    hint: 'See `runner --help`.',
  });
}
