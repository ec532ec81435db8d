import type { MatrixReport } from '../../matrix/report/model.ts';
import { matrixText } from '../../matrix/report/text.ts';
import { VERSION } from '../../matrix/results/records.ts';
import { baselineFrom, summarize } from '../../matrix/summarize.ts';
import { quote } from '../../plan/command.ts';
import type { Matrix } from '../../spec/matrix/matrix.ts';
import { coloursOf } from '../../terminal-text.ts';
import type { World } from '../world.ts';
import { baselinesIn, saveBaseline } from './baselines.ts';
import type { MatrixRequest } from './flags.ts';
import type { Night } from './open-night.ts';
import { loadResults, storedNights } from './results-folder.ts';
import { summaryScreen, writeReports } from './write-reports.ts';

export interface Closing {
  readonly night: Night;
  readonly document: Matrix;
  readonly request: MatrixRequest;
  readonly isInterrupted: boolean;
}

const RED = 1;
const INTERRUPTED = 130;

/** What the night has shown: on the screen, in the files that were asked for, and as an exit code. */
export async function closeNight(world: World, { night, document, request, isInterrupted }: Closing): Promise<number> {
  const { stateFolder, stderr, clock, environment } = world;
  const files = { ...document.report, ...request.report };
  const screen = summaryScreen(world, files);
  const earlier = storedNights(stateFolder, document.name).filter(
    ({ opened, file }) => opened.matrix < matrixIn(night) && file !== night.file,
  );
  const around = { earlier, baselineOf: baselinesIn(stateFolder, document.name, earlier) };
  const report = summarize(loadResults(night.file), around);
  if (report.verdict !== 'partial')
    night.results.append({ v: VERSION, type: 'matrix.closed', at: new Date(clock.now()).toISOString(), verdict: report.verdict });
  await screen.write(matrixText(report, { colours: coloursOf(screen.isTTY && !environment['NO_COLOR']), columns: screen.columns }));
  await writeReports(world, report, files);
  if (request.saveBaseline !== undefined)
    await stderr.write(
      `runner: baseline ${request.saveBaseline} is ${saveBaseline(stateFolder, document.name, baselineFrom(request.saveBaseline, report))}\n`,
    );
  await stderr.write(`runner: results in ${night.file}\n`);
  if (report.verdict === 'partial')
    await stderr.write(
      `runner: ${report.trials.planned - report.trials.ended} runs are missing; go on with: ${['runner matrix', ...request.argv.map(quote)].join(' ')} --resume\n`,
    );
  return codeOf(report, isInterrupted);
}

const matrixIn = ({ file }: Night): string => loadResults(file).opened.matrix;

const codeOf = ({ verdict }: MatrixReport, isInterrupted: boolean): number => (isInterrupted ? INTERRUPTED : verdict === 'green' ? 0 : RED);
