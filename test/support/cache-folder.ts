import { homedir } from 'node:os';
import path from 'node:path';

/** Where fixtures/engine and fixtures/images keep what they made, as their lib/places.sh says it. */
export const CACHE_FOLDER: string =
  process.env['RUNNER_CACHE_DIR'] || path.join(process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'build-pattern-runner');

/** With the programs that are made where the machine has none, such as a docker with BuildKit. */
export const PATH_WITH_PROGRAMS: string = `${path.join(CACHE_FOLDER, 'bin')}:${process.env['PATH']}`;
