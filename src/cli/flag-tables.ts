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
