import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { openLedger } from '../../src/ledger/ledger.ts';
import { ownerOf } from '../../src/ledger/owner.ts';
import { startReaper } from '../../src/ledger/reaper.ts';

/** Prints how many milliseconds a run waits for its reaper: the fork, and what is left to wait once the ledger is open. */
const stateFolder = await mkdtemp(join(tmpdir(), 'reaper-start-'));
const run = '0193f3a0-0000-7000-8000-000000000001';
const header = { run, name: 'bench', pattern: 'single', file: '-', owner: ownerOf(process.pid), openedAt: 0, expiresAt: 0 };
const beganAt = performance.now();
const reaper = startReaper({
  node: process.execPath,
  script: 'none',
  logPath: '/dev/null',
  ledgerPath: join(stateFolder, `ledger/${run}.jsonl`),
  stateFolder,
  environment: {},
});
const forkedAt = performance.now();
const ledger = await openLedger(stateFolder, header, []);
const openAt = performance.now();
await reaper.ready;
const readyAt = performance.now();
process.stdout.write(String(forkedAt - beganAt + (readyAt - openAt)));
await ledger.close();
await reaper.dismiss();
await rm(stateFolder, { recursive: true });
