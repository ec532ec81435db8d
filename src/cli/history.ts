import { alivenessOf } from '../ledger/owner.ts';
import { historyText } from '../report/history-text.ts';
import { storedRuns } from '../report/stored-runs.ts';
import { isSet, parseFlags } from './flags.ts';
import type { Command } from './world.ts';

/** Runs of the past, newest first. */
export const history: Command = async ({ stateFolder, stdout, clock }, argv) => {
  const parsed = parseFlags('history', { json: { type: 'boolean' } }, argv);
  const runs = storedRuns(stateFolder);
  const isAlive = (owner: string): boolean => alivenessOf(owner) === 'alive';
  await stdout.write(isSet(parsed, 'json') ? `${JSON.stringify(runs, null, 2)}\n` : historyText(runs, { now: clock.now(), isAlive }));
  return 0;
};
