import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { hostEngine } from '../../../src/engine/host/host.ts';
import { openLedger } from '../../../src/ledger/ledger.ts';
import { ownerOf } from '../../../src/ledger/owner.ts';
import { startReaper } from '../../../src/ledger/reaper.ts';
import { headerOf, RUN } from './a-ledger.ts';

/** A run in small: `node doomed-runner.ts STATE-FOLDER FOLDER END`. It makes a folder and a process, says so, and ends as told. */
const [, , stateFolder = '', folder = '', end = ''] = process.argv;
const marker = `RUNNER_STEP_ID=${RUN}.doomed`;
const { docker, ...header } = headerOf({ owner: ownerOf(process.pid), expiresAt: Date.now() + 60_000 });
const ledger = await openLedger(stateFolder, header, [
  { kind: 'folder', name: folder },
  { kind: 'processes', name: marker },
]);
const reaper = startReaper({
  node: process.execPath,
  script: join(import.meta.dirname, '../../../src/ledger/reaper-main.ts'),
  logPath: join(stateFolder, 'reaper.log'),
  ledgerPath: ledger.path,
  stateFolder,
  environment: process.env as Record<string, string>,
});
await reaper.ready;
const host = hostEngine();
await host.createFolder(folder);
const abort = new AbortController();
const running = host.run(
  {
    command: ['sleep', '60'],
    env: { PATH: '/usr/bin:/bin' },
    dir: folder,
    stdin: 'none',
    marker,
  },
  { onOutput: () => {}, signal: abort.signal, killAfterMs: () => 0 },
);
await delay(50);
process.stdout.write('started\n');
if (end === 'hang') await delay(60_000);
abort.abort();
await running;
if (end === 'clean' || end === 'collect') {
  await host.removeFolder(folder);
  await ledger.close();
  await (end === 'clean' ? reaper.dismiss() : reaper.collect());
}
if (end === 'keep') {
  const until = Date.now() + 1_500;
  await ledger.keep(until);
  await reaper.wait(until);
}
if (end === 'leave') {
  await ledger.leave();
  reaper.unleash();
}
