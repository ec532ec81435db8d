import { alivenessOf } from '../ledger/owner.ts';
import { readReclaimed, reclaimedText } from '../ledger/reclaimed.ts';
import { historyText } from '../report/history-text.ts';
import { storedRuns } from '../report/stored-runs.ts';
import { isSet, parseFlags } from './flags.ts';
import type { Command } from './world.ts';

/** Runs of the past, newest first. */
export const history: Command = async ({ stateFolder, stdout, clock }, argv) => {
  const parsed = parseFlags('history', { json: { type: 'boolean' } }, argv);
  const runs = await Promise.all(
    storedRuns(stateFolder).map(async (run) => ({ run, reclaimed: await readReclaimed(stateFolder, run.run) })),
  );
  if (isSet(parsed, 'json')) {
    const all = runs.map(({ run, reclaimed }) => ({ ...run, ...(reclaimed ? { reclaimed } : {}) }));
    await stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return 0;
  }
  const cleanedUp = new Map(runs.map(({ run, reclaimed }) => [run.run, (reclaimed && reclaimedText(reclaimed)) ?? '']));
  const isAlive = (owner: string): boolean => alivenessOf(owner) === 'alive';
  await stdout.write(
    historyText(
      runs.map(({ run }) => run),
      { now: clock.now(), isAlive, cleanedUp },
    ),
  );
  return 0;
};
