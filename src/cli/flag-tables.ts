import { REPORT_FORMATS } from '../spec/matrix/matrix.ts';
import type { FlagTable } from './flags.ts';

const ALLOW = { type: 'string', multiple: true, takes: 'KEYS', about: 'policy keys of what the spec may ask of this machine' } as const;
const CONTEXT = { type: 'string', takes: 'NAME', about: "which of docker's contexts says where the daemon is" } as const;

/** Flags that change the spec; `plan` takes them too. */
export const SPEC_FLAGS: FlagTable = {
  pattern: { type: 'string', takes: 'P', about: 'how the steps are run: host, single, serial, sibling, dind or kind' },
  directory: { type: 'string', short: 'C', takes: 'DIR', about: 'where the spec is looked for' },
  env: { type: 'string', short: 'e', multiple: true, takes: 'NAME=VALUE', about: 'a variable for every step' },
  'env-file': { type: 'string', multiple: true, takes: 'FILE', about: 'variables for every step, one a line' },
  set: { type: 'string', multiple: true, takes: 'PATH=VALUE', about: 'a value over that of the spec: resources.cpus=1' },
  step: { type: 'string', multiple: true, takes: 'NAME', about: 'run only this step' },
  timeout: { type: 'string', takes: 'TIME', about: 'the longest time of the whole run: 90s, 15m' },
  keep: { type: 'string', takes: 'WHEN', about: 'keep the environment for a look inside: never, on-failure or always' },
  pull: { type: 'string', takes: 'WHEN', about: 'ask registries for images: missing, always or never' },
  allow: ALLOW,
  'artifacts-dir': { type: 'string', takes: 'DIR', about: 'where artifacts are brought' },
  'docker-context': CONTEXT,
  'self-container': { type: 'string', takes: 'NAME', about: 'the container that this runner is in, where it cannot find that out' },
};

export const EXEC_FLAGS: FlagTable = {
  ...SPEC_FLAGS,
  progress: { type: 'string', takes: 'HOW', about: 'auto, tty, plain, json or quiet' },
  group: { type: 'string', takes: 'HOW', about: 'fold the output of steps as a CI server does: auto, gitlab, github or none' },
  timestamps: { type: 'boolean', about: 'begin every line with the time' },
  color: { type: 'string', takes: 'WHEN', about: 'auto, always or never' },
  quiet: { type: 'boolean', short: 'q', about: 'only the verdict, and what went wrong' },
  verbose: { type: 'boolean', short: 'v', about: 'also what is made and removed, and the output of builds' },
  junit: { type: 'string', takes: 'FILE', about: 'the steps as JUnit XML' },
  result: { type: 'string', takes: 'FILE', about: 'the report as JSON' },
  grace: { type: 'string', takes: 'TIME', about: 'how long a step may take to end after an interrupt: 0s, 10s' },
  'exit-code': { type: 'string', takes: 'HOW', about: 'step: that of the step that failed; class: 1 for every failed step' },
  audit: { type: 'boolean', about: 'compare everything on the daemon and this machine before and after' },
};

/** One flag a format: `--html FILE`. */
const REPORT_FLAGS: FlagTable = Object.fromEntries(
  REPORT_FORMATS.map((format) => [format, { type: 'string', takes: 'FILE', about: `the report as ${format}; - for standard output` }]),
);

const SAVE_BASELINE = { type: 'string', takes: 'NAME', about: 'store the figures, for gates and comparisons of later nights' } as const;

export const MATRIX_FLAGS: FlagTable = {
  set: { type: 'string', multiple: true, takes: 'PATH=VALUE', about: 'a value over that of the matrix: repeat=3' },
  select: { type: 'string', multiple: true, takes: 'CELL', about: 'only these cells: kind, or pattern=kind,cache=warm' },
  shard: { type: 'string', takes: 'N/OF', about: 'only a part of the blocks of runs: 1/3' },
  resume: { type: 'boolean', about: 'go on with the night that was interrupted' },
  results: { type: 'string', takes: 'FILE', about: 'where results are written instead of the state folder' },
  allow: ALLOW,
  'docker-context': CONTEXT,
  'save-baseline': SAVE_BASELINE,
  quiet: { type: 'boolean', short: 'q', about: 'no progress, only the summary' },
  ...REPORT_FLAGS,
};

export const MATRIX_REPORT_FLAGS: FlagTable = {
  compare: { type: 'string', takes: 'BASE', about: 'against a stored baseline, last_green, or a file of results' },
  'save-baseline': SAVE_BASELINE,
  ...REPORT_FLAGS,
};

export const GC_FLAGS: FlagTable = {
  'dry-run': { type: 'boolean', about: 'list what would be removed, and remove nothing' },
  'older-than': { type: 'string', takes: 'TIME', about: 'leave alone what began less than so long ago: 1h, 90d' },
  'give-up': { type: 'boolean', about: 'with ids of runs: forget what of them can’t be removed, as on a daemon that is gone for good' },
  caches: { type: 'boolean', about: 'list caches; with --older-than remove those that were not used for so long' },
  json: { type: 'boolean', about: 'the same as JSON' },
};
