import { execFileSync } from 'node:child_process';
import { connect } from '../../src/engine/connect.ts';
import { ROOT } from './cli.ts';

/** Before the tests that need them: a fresh build, and a daemon that answers. Without a daemon the suite fails. */
export async function setup(): Promise<void> {
  execFileSync(process.execPath, [`${ROOT}/scripts/build.ts`], { stdio: 'inherit' });
  const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  await connect({ environment, context: undefined }).containers.describe();
}
