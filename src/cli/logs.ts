import { RunnerError } from '../errors.ts';
import { printLogs } from '../report/stored/print-logs.ts';
import { findRun, storedLogs } from '../report/stored-runs.ts';
import { parseFlags } from './flags.ts';
import { runIn } from './inspect.ts';
import type { Command } from './world.ts';

/** The output of a run as it was, or of one of its steps. */
export const logs: Command = async ({ stateFolder, stdout }, argv) => {
  const parsed = parseFlags('logs', {}, argv);
  const stored = findRun(stateFolder, runIn(parsed, 'logs'));
  const all = storedLogs(stateFolder, stored);
  const step = parsed.positionals[1];
  const wanted = step === undefined ? all : all.filter((log) => log.step === step);
  if (step !== undefined && wanted.length === 0) {
    throw new RunnerError('usage.invalid', `run ${stored.run} has no output of a step ${step}`, {
      hint: `Steps with output: ${all.map((log) => log.step).join(', ') || 'none'}.`,
    });
  }
  await printLogs(wanted, stdout);
  return 0;
};
