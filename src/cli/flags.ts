import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';
import { RunnerError } from '../errors.ts';
import { type parseAge, parseDuration } from '../spec/duration.ts';

/** A flag as Node parses it, and as `--help` shows it. */
interface Flag extends ParseArgsOptionDescriptor {
  /** What stands for its value. */
  readonly takes?: string;
  /** What it does, in a line. */
  readonly about?: string;
}

export type FlagTable = Readonly<Record<string, Flag>>;

export interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

/** Flags and positionals of one command. Throws `usage.invalid` that says what is wrong and where the help is. */
export function parseFlags(command: string, options: FlagTable, argv: readonly string[]): Parsed {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    return { values: values as Parsed['values'], positionals };
  } catch (cause) {
    const said = (cause as Error).message.split('. ')[0] ?? '';
    throw new RunnerError('usage.invalid', said.charAt(0).toLowerCase() + said.slice(1), {
      hint: `See \`runner ${command} --help\`.`,
      cause,
    });
  }
}

export const textOf = ({ values }: Parsed, name: string): string | undefined =>
  typeof values[name] === 'string' ? values[name] : undefined;
export const isSet = ({ values }: Parsed, name: string): boolean => values[name] === true;
export const listOf = ({ values }: Parsed, name: string): readonly string[] =>
  Array.isArray(values[name]) ? (values[name] as string[]) : [];

/** One of a few words. Throws `usage.invalid` with the words. */
export function oneOf<T extends string>(name: string, value: string | undefined, words: readonly T[]): T | undefined {
  if (value === undefined || words.includes(value as T)) return value as T | undefined;
  throw new RunnerError('usage.invalid', `${name} can't be ${value}`, { hint: `Use one of: ${words.join(', ')}.` });
}

/** A duration in milliseconds; undefined when the flag is not given. Throws `usage.invalid` with examples of what would do. */
export function durationOf(
  name: string,
  value: string | undefined,
  examples: string,
  parse: typeof parseAge = parseDuration,
): number | undefined {
  const ms = value === undefined ? undefined : parse(value);
  if (value === undefined || ms !== undefined) return ms;
  throw new RunnerError('usage.invalid', `${name} can't be ${value}`, { hint: `Write a duration: ${examples}.` });
}
