import process from 'node:process';
import { connect } from '../engine/connect.ts';
import type { Engines } from '../engine/ports.ts';
import type { Env } from '../spec/spec.ts';
import { ownerOf } from './owner.ts';
import { reap } from './reap.ts';

const COLLECTING_MS = 60_000;

/**
 * What the reaper's shell becomes once the runner is gone: `reaper.js LEDGER STATE-FOLDER`, and `collect` when it is to clean up
 * after dead runs as well. It ends by itself within a minute or two.
 */
async function main(ledgerPath = '', stateFolder = '', more = ''): Promise<void> {
  // Node takes the signals back that the shell had ignored.
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  const owner = ownerOf(process.pid);
  await reap(ledgerPath, { stateFolder, owner, enginesFor });
  if (more !== 'collect') return;
  const { collectWithin } = await import('./gc.ts');
  await collectWithin(COLLECTING_MS, { stateFolder, owner, enginesFor, docker: {} });
}

const enginesFor = (docker: Env = {}): Engines => connect({ environment: { ...(process.env as Env), ...docker }, context: undefined });

main(...process.argv.slice(2))
  .catch((error: unknown) => {
    process.stderr.write(`${new Date().toISOString()} ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  })
  .finally(() => process.exit()); // a daemon that never answers would keep it
