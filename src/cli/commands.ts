import { distance } from 'fastest-levenshtein';
import { RunnerError } from '../errors.ts';
import type { OTHER_COMMANDS } from './other-commands.ts';
import type { Command } from './world.ts';

interface Entry {
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** The rare ones come in one piece: a start reads few files then. */
const other =
  (name: keyof typeof OTHER_COMMANDS): Entry['load'] =>
  async () =>
    (await import('./other-commands.ts')).OTHER_COMMANDS[name];

/** Every command; what it needs is loaded when it is called. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  exec: {
    usage: 'exec [spec.yaml|-]',
    summary: 'run one spec (default ./runner.yaml)',
    load: async () => (await import('./exec.ts')).exec,
  },
  plan: {
    usage: 'plan [spec.yaml|-]',
    summary: 'what exec would do, touching nothing; --format text|json|sh',
    load: other('plan'),
  },
  validate: {
    usage: 'validate [spec...]',
    summary: 'check specs; --format text|json|github|gitlab',
    load: async () => (await import('./validate.ts')).validate,
  },
  matrix: {
    usage: 'matrix [matrix.yaml]',
    summary: 'one workload under many patterns, repeated and compared (default ./matrix.yaml)',
    load: async () => (await import('./matrix.ts')).matrix,
  },
  report: {
    usage: 'report [RESULTS...]',
    summary: 'what results of a matrix show; --html F, --markdown F, --junit F, --json F, --prometheus F, --compare BASE',
    load: async () => (await import('./report.ts')).report,
  },
  schema: {
    usage: 'schema',
    summary: 'the JSON Schema (draft-7) of a spec, for editors',
    load: other('schema'),
  },
  doctor: {
    usage: 'doctor [--pattern P]',
    summary: 'which patterns can run here, why not, and what to do; --json',
    load: other('doctor'),
  },
  ps: {
    usage: 'ps',
    summary: 'runs under way, kept runs, and what dead runs left; --json',
    load: other('ps'),
  },
  gc: {
    usage: 'gc [--dry-run]',
    summary: 'remove what dead runs left, and stored runs beyond those that are kept; --older-than 1h, --caches, --json',
    load: other('gc'),
  },
  history: {
    usage: 'history',
    summary: 'runs of the past, newest first; --json',
    load: other('history'),
  },
  inspect: { usage: 'inspect ID', summary: 'the report of a run; --json', load: other('inspect') },
  logs: { usage: 'logs ID [STEP]', summary: 'the output of a run, or of one step', load: other('logs') },
  shell: { usage: 'shell ID', summary: 'a shell inside a run that was kept', load: other('shell') },
  init: {
    usage: 'init [PATTERN]',
    summary: 'write a first spec, or what runs a matrix every night: nightly, jenkins, gitlab, github',
    load: other('init'),
  },
  explain: { usage: 'explain FIELD|ERROR', summary: 'what a field is for, or what an error means', load: other('explain') },
  completion: { usage: 'completion SHELL', summary: 'completion for bash, zsh or fish', load: other('completion') },
};

/** Throws `usage.invalid` with the nearest command. */
export async function commandOf(name: string): Promise<Command> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry) return entry.load();
  const near = Object.keys(COMMANDS).find((known) => distance(known, name) <= 2);
  throw new RunnerError('usage.invalid', `there is no command ${name}${near ? `; did you mean ${near}?` : ''}`, {
    hint: 'See `runner --help`.',
  });
}
