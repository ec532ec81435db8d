import type { Problem } from './problem.ts';
import type { Env } from './spec.ts';

const ASSIGNMENT = /^\s*(?:export\s+)?([^\s=]+)\s*=(.*)$/s;
const QUOTED = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)")\s*(?:#.*)?$/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

export interface EnvFile {
  readonly env: Env;
  readonly problems: readonly Problem[];
}

/**
 * Reads `KEY=value` lines: `export ` before the name, `#` comments, values in single quotes (as they are) or double quotes
 * (with `\n`, `\t`, `\"`, `\\`). A value is one line; nothing is interpolated. Every line that is none of this is a problem.
 */
export function parseEnvFile(file: string, text: string): EnvFile {
  const env: Record<string, string> = Object.create(null);
  const problems: Problem[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const read = readLine(line);
    if (read === undefined) continue;
    if ('message' in read) problems.push({ place: { file, line: index + 1, column: 1 }, path: '', message: read.message });
    else env[read.name] = read.value;
  }
  return { env: { ...env }, problems };
}

type Line = { readonly name: string; readonly value: string } | { readonly message: string } | undefined;

function readLine(line: string): Line {
  if (/^\s*(?:#|$)/.test(line)) return undefined;
  const [, name, raw] = ASSIGNMENT.exec(line) ?? [];
  if (name === undefined || raw === undefined) return { message: 'is not a `KEY=value` line' };
  const problem = envNameProblem(name);
  if (problem !== undefined) return { message: `\`${name}\` ${problem}` };
  if (line.includes('\0')) return { message: `the value of ${name} contains a NUL character` };
  const value = unquote(raw.trim());
  return value === undefined ? { message: `the quote in the value of ${name} does not end on its line` } : { name, value };
}

function unquote(raw: string): string | undefined {
  if (!/^['"]/.test(raw)) return raw.replace(/(?:^|\s+)#.*$/, '');
  const [, single, double] = QUOTED.exec(raw) ?? [];
  return single ?? double?.replaceAll(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

/** Why a text cannot name an environment variable of a step; undefined when it can. */
export function envNameProblem(name: string): string | undefined {
  if (/^RUNNER(?:_|$)/.test(name)) return 'is reserved: `RUNNER` and `RUNNER_*` are set by the runner';
  if (name === '' || /[\s=\0]/.test(name)) return 'cannot name an environment variable';
  if (name === '__proto__') return 'cannot name an environment variable';
  return undefined;
}
