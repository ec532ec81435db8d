import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { PATTERNS } from '../../patterns/index.ts';
import { ROOT } from './cli.ts';

/** `<pattern>/<case>` of every folder below `fixtures/` that has a spec to plan and to run. */
export const CASES: readonly string[] = Object.keys(PATTERNS)
  .filter((pattern) => existsSync(path.join(ROOT, 'fixtures', pattern)))
  .flatMap((pattern) => readdirSync(path.join(ROOT, 'fixtures', pattern)).map((name) => `${pattern}/${name}`))
  .filter((name) => existsSync(path.join(ROOT, 'fixtures', name, 'spec.yaml')));
