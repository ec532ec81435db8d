import { RunnerError } from '../errors.ts';
import { alivenessOf } from '../ledger/owner.ts';
import { readReclaimed, reclaimedLines } from '../ledger/reclaimed.ts';
import { stateOf } from '../report/history-text.ts';
import { inspectText } from '../report/inspect-text.ts';
import { findRun, storedLogs } from '../report/stored-runs.ts';
import { isSet, type Parsed, parseFlags } from './flags.ts';
import type { Command } from './world.ts';

/** All that is known of one run; a prefix of its id is enough. */
export const inspect: Command = async ({ stateFolder, stdout }, argv) => {
  const parsed = parseFlags('inspect', { json: { type: 'boolean' } }, argv);
  const stored = findRun(stateFolder, runIn(parsed, 'inspect'));
  const logs = storedLogs(stateFolder, stored);
  const state = stateOf(stored, (owner) => alivenessOf(owner) === 'alive');
  const reclaimed = await readReclaimed(stateFolder, stored.run);
  const cleanedUp = reclaimed ? reclaimedLines(reclaimed) : [];
  await stdout.write(
    isSet(parsed, 'json')
      ? `${JSON.stringify({ ...stored, ...(reclaimed ? { reclaimed } : {}) }, null, 2)}\n`
      : inspectText(stored, { colour: stdout.isTTY, logs, state, cleanedUp }),
  );
  return 0;
};

/** The run that a command is about. Throws `usage.invalid` where none is named. */
export function runIn({ positionals }: Parsed, command: string): string {
  const [id] = positionals;
  if (id === undefined)
    throw new RunnerError('usage.invalid', 'which run?', { hint: `\`runner ${command} ID\`; \`runner history\` lists them.` });
  return id;
}
