import { RunnerError } from '../errors.ts';
import { matrixText } from '../matrix/report/text.ts';
import { baselineFrom, summarize } from '../matrix/summarize.ts';
import { coloursOf } from '../terminal-text.ts';
import { MATRIX_REPORT_FLAGS } from './flag-tables.ts';
import { parseFlags, textOf } from './flags.ts';
import { baseNamed } from './matrix/base-named.ts';
import { baselinesIn, saveBaseline } from './matrix/baselines.ts';
import { reportFiles } from './matrix/flags.ts';
import { nightsIn } from './matrix/nights.ts';
import { summaryScreen, writeReports } from './matrix/write-reports.ts';
import type { Command } from './world.ts';

/** What stored results show: on the screen, and in the files that are named. Exit code 1 where a gate does not hold, or a file is missing. */
export const report: Command = async (world, argv) => {
  const parsed = parseFlags('report', MATRIX_REPORT_FLAGS, argv);
  const files = reportFiles(parsed);
  const nights = nightsIn(world, parsed.positionals);
  const night = nights.at(-1);
  if (!night) throw new RunnerError('usage.invalid', 'there are no results of a matrix', { hint: 'Make some with `runner matrix`.' });
  const { name } = night.opened;
  const earlier = nights.slice(0, -1).filter(({ opened }) => opened.name === name);
  const compare = textOf(parsed, 'compare');
  const base = compare === undefined ? undefined : baseNamed(world, compare, { name, earlier });
  const baselineOf = baselinesIn(world.stateFolder, name, earlier);
  const made = summarize(night, { earlier, baselineOf, ...(base ? { compare: base } : {}) });
  const screen = summaryScreen(world, files);
  await screen.write(matrixText(made, { colours: coloursOf(screen.isTTY && !world.environment['NO_COLOR']), columns: screen.columns }));
  const isComplete = await writeReports(world, made, files);
  const save = textOf(parsed, 'save-baseline');
  if (save !== undefined)
    await world.stderr.write(`runner: baseline ${save} is ${saveBaseline(world.stateFolder, name, baselineFrom(save, made))}\n`);
  return made.verdict === 'red' || !isComplete ? 1 : 0;
};
