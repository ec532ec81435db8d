import { kill } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { alivenessOf, pidOf } from '../../ledger/owner.ts';
import type { TrialStarted } from '../../matrix/results/records.ts';

const PATIENCE_MS = 60_000;

/** Runs that outlived the matrix that started them would disturb those that come now: they are asked to end, and awaited. */
export async function endOrphans(begun: readonly TrialStarted[], say: (text: string) => void): Promise<void> {
  const orphans = begun.filter(({ owner }) => alivenessOf(owner) === 'alive');
  for (const { trial, owner } of orphans) {
    say(`${trial} is still running as process ${pidOf(owner)}: ending it`);
    kill(Number(pidOf(owner)), 'SIGTERM');
  }
  const until = performance.now() + PATIENCE_MS;
  while (orphans.some(({ owner }) => alivenessOf(owner) === 'alive') && performance.now() < until) await delay(100);
}
