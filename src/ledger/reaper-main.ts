import process from 'node:process';
import { connect } from '../engine/connect.ts';
import type { Engines } from '../engine/ports.ts';
import type { Env } from '../spec/spec.ts';
import { ownerOf } from './owner.ts';
import { reap } from './reap.ts';

/** What the reaper's shell becomes once the runner is gone: `reaper.js LEDGER STATE-FOLDER`. It ends by itself within a minute or so. */
async function main(ledgerPath = '', stateFolder = ''): Promise<void> {
  // Node takes the signals back that the shell had ignored.
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  await reap(ledgerPath, { stateFolder, owner: ownerOf(process.pid), enginesFor });
}

const enginesFor = (docker: Env = {}): Engines => connect({ environment: { ...(process.env as Env), ...docker }, context: undefined });

main(...process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${new Date().toISOString()} ${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
