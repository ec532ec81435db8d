import { RunnerError } from '../errors.ts';
import type { DisplayRequest } from '../report/terminal/choose.ts';
import { envNameProblem } from '../spec/env-file.ts';
import { type Override, parseSet } from '../spec/overrides.ts';
import type { Settings } from '../spec/settings.ts';
import { EXEC_FLAGS } from './flag-tables.ts';
import { isSet, listOf, oneOf, type Parsed, parseFlags, textOf } from './flags.ts';

/** What the command line says of the spec: where it is and what is set over it. */
export interface SpecRequest {
  readonly file: string;
  readonly folder: string | undefined;
  /** `--set`, and the flags that are short for one. */
  readonly set: readonly Override[];
  readonly env: Readonly<Record<string, string>>;
  readonly envFiles: readonly string[];
  readonly steps: readonly string[];
  readonly allow: readonly string[];
  readonly artifactsDir: string | undefined;
  readonly dockerContext: string | undefined;
  readonly selfContainer: string | undefined;
  /** The words of the flags that make the same run again, but for those that choose its pattern, its steps and what is kept. */
  readonly flags: readonly string[];
}

export function specRequest(parsed: Parsed): SpecRequest {
  const [file = './runner.yaml', ...more] = parsed.positionals;
  if (more.length > 0)
    throw new RunnerError('usage.invalid', `one spec at a time; what is ${more[0]}?`, {
      hint: 'Run them one after the other; `runner validate` checks many at once.',
    });
  const keep = oneOf('--keep', textOf(parsed, 'keep'), ['never', 'on-failure', 'always'] as const)?.replace('-', '_');
  const shorts = [
    short('--pattern', ['pattern'], textOf(parsed, 'pattern')),
    short('--timeout', ['timeout'], textOf(parsed, 'timeout')),
    short('--keep', ['keep'], keep),
    short('--pull', ['docker', 'pull'], textOf(parsed, 'pull')),
  ];
  return {
    file,
    folder: textOf(parsed, 'directory'),
    set: [...listOf(parsed, 'set').map(assignment), ...shorts.flat()],
    env: Object.fromEntries(listOf(parsed, 'env').map((text) => pairOf('-e', text))),
    envFiles: listOf(parsed, 'env-file'),
    steps: listOf(parsed, 'step'),
    allow: listOf(parsed, 'allow').flatMap((text) => text.split(',')),
    artifactsDir: textOf(parsed, 'artifacts-dir'),
    dockerContext: textOf(parsed, 'docker-context'),
    selfContainer: textOf(parsed, 'self-container'),
    flags: AGAIN.flatMap((name) =>
      listOf(parsed, name)
        .concat(textOf(parsed, name) ?? [])
        .flatMap((value) => [`--${name}`, value]),
    ),
  };
}

const AGAIN = ['env', 'env-file', 'set', 'timeout', 'pull', 'allow', 'artifacts-dir', 'docker-context', 'self-container'] as const;

const short = (from: string, path: readonly string[], value: string | undefined): readonly Override[] =>
  value === undefined ? [] : [{ path, value, from }];

export function assignment(text: string): Override {
  const override = parseSet(text);
  if (!override) throw new RunnerError('usage.invalid', `--set ${text}: expected PATH=VALUE, such as --set resources.cpus=1`);
  return override;
}

function pairOf(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new RunnerError('usage.invalid', `${flag} ${text}: expected NAME=VALUE`);
  const problem = envNameProblem(text.slice(0, at));
  if (problem !== undefined) throw new RunnerError('usage.invalid', `${flag} ${text}: ${text.slice(0, at)} ${problem}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** How a run is shown and what is written beside it. */
export interface ShowRequest extends DisplayRequest {
  readonly junit: string | undefined;
  readonly result: string | undefined;
  readonly grace: string | undefined;
  readonly foldExitCode: boolean;
  /** Compare everything there is before and after, not only what is ours. */
  readonly audit: boolean;
}

/** Flags over settings, which are the same words. */
export function showRequest(parsed: Parsed, settings: Settings): ShowRequest {
  const word = (name: 'progress' | 'group' | 'color' | 'grace'): string | undefined => textOf(parsed, name) ?? settings[name];
  return {
    progress: word('progress'),
    group: word('group'),
    color: word('color'),
    timestamps: isSet(parsed, 'timestamps') || settings.timestamps === 'true',
    quiet: isSet(parsed, 'quiet'),
    verbose: isSet(parsed, 'verbose'),
    junit: textOf(parsed, 'junit'),
    result: textOf(parsed, 'result'),
    grace: word('grace'),
    foldExitCode: oneOf('--exit-code', textOf(parsed, 'exit-code'), ['step', 'class']) === 'class',
    audit: isSet(parsed, 'audit'),
  };
}

export const parseExec = (argv: readonly string[]): Parsed => parseFlags('exec', EXEC_FLAGS, argv);
