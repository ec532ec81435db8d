import { REPORT_FORMATS } from '../spec/matrix/matrix.ts';
import type { FlagTable } from './flags.ts';

/** Flags that change the spec; `plan` takes them too. */
export const SPEC_FLAGS: FlagTable = {
  pattern: { type: 'string' },
  directory: { type: 'string', short: 'C' },
  env: { type: 'string', short: 'e', multiple: true },
  'env-file': { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  step: { type: 'string', multiple: true },
  timeout: { type: 'string' },
  keep: { type: 'string' },
  pull: { type: 'string' },
  allow: { type: 'string', multiple: true },
  'artifacts-dir': { type: 'string' },
  'docker-context': { type: 'string' },
  'self-container': { type: 'string' },
};

export const EXEC_FLAGS: FlagTable = {
  ...SPEC_FLAGS,
  progress: { type: 'string' },
  group: { type: 'string' },
  timestamps: { type: 'boolean' },
  color: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  verbose: { type: 'boolean', short: 'v' },
  junit: { type: 'string' },
  result: { type: 'string' },
  grace: { type: 'string' },
  'exit-code': { type: 'string' },
  audit: { type: 'boolean' },
};

/** One flag a format: `--html FILE`. */
const REPORT_FLAGS: FlagTable = Object.fromEntries(REPORT_FORMATS.map((format) => [format, { type: 'string' }]));

export const MATRIX_FLAGS: FlagTable = {
  set: { type: 'string', multiple: true },
  select: { type: 'string', multiple: true },
  shard: { type: 'string' },
  resume: { type: 'boolean' },
  results: { type: 'string' },
  allow: { type: 'string', multiple: true },
  'docker-context': { type: 'string' },
  'save-baseline': { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  ...REPORT_FLAGS,
};

export const MATRIX_REPORT_FLAGS: FlagTable = { compare: { type: 'string' }, 'save-baseline': { type: 'string' }, ...REPORT_FLAGS };
