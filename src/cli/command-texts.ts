interface CommandText {
  readonly usage: string;
  readonly summary: string;
}

export type CommandName =
  | 'exec'
  | 'plan'
  | 'validate'
  | 'matrix'
  | 'report'
  | 'schema'
  | 'doctor'
  | 'ps'
  | 'gc'
  | 'history'
  | 'inspect'
  | 'logs'
  | 'shell'
  | 'init'
  | 'explain'
  | 'completion';

/** Every command, as help and completion show it. Apart from the commands themselves, so that help loads none of them. */
export const COMMANDS: Readonly<Record<CommandName, CommandText>> = {
  exec: {
    usage: 'exec [spec.yaml|-]',
    summary: 'run one spec (default ./runner.yaml)',
  },
  plan: {
    usage: 'plan [spec.yaml|-]',
    summary: 'what exec would do, touching nothing; --format text|json|sh',
  },
  validate: {
    usage: 'validate [spec...]',
    summary: 'check specs; --format text|json|github|gitlab',
  },
  matrix: {
    usage: 'matrix [matrix.yaml]',
    summary: 'one workload under many patterns, repeated and compared (default ./matrix.yaml)',
  },
  report: {
    usage: 'report [RESULTS...]',
    summary: 'what results of a matrix show; --html F, --markdown F, --junit F, --json F, --prometheus F, --compare BASE',
  },
  schema: {
    usage: 'schema',
    summary: 'the JSON Schema (draft-7) of a spec, for editors',
  },
  doctor: {
    usage: 'doctor [--pattern P]',
    summary: 'which patterns can run here, why not, and what to do; --json',
  },
  ps: {
    usage: 'ps',
    summary: 'runs under way, kept runs, and what dead runs left; --json',
  },
  gc: {
    usage: 'gc [--dry-run]',
    summary: 'remove what dead runs left, and stored runs beyond those that are kept; --older-than 1h, --caches, --json',
  },
  history: {
    usage: 'history',
    summary: 'runs of the past, newest first; --json',
  },
  inspect: { usage: 'inspect ID', summary: 'the report of a run; --json' },
  logs: { usage: 'logs ID [STEP]', summary: 'the output of a run, or of one step' },
  shell: { usage: 'shell ID', summary: 'a shell inside a run that was kept' },
  init: {
    usage: 'init [PATTERN]',
    summary: 'write a first spec, or what runs a matrix every night: nightly, jenkins, gitlab, github',
  },
  explain: { usage: 'explain FIELD|ERROR', summary: 'what a field is for, or what an error means' },
  completion: { usage: 'completion SHELL', summary: 'completion for bash, zsh or fish' },
};

export const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);
