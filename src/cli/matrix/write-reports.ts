import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MatrixReport } from '../../matrix/report/model.ts';
import type { Screen } from '../../report/terminal/screen.ts';
import type { ReportFormat } from '../../spec/matrix/matrix.ts';
import type { World } from '../world.ts';
import { STDOUT } from './flags.ts';

/** How a report is written in each format; a renderer is loaded when it is wanted. */
const RENDER: Readonly<Record<ReportFormat, (report: MatrixReport) => Promise<string>>> = {
  html: async (report) => (await import('../../matrix/report/html/page.ts')).htmlPage(report),
  json: async (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: async (report) => (await import('../../matrix/report/junit.ts')).matrixJunit(report),
  prometheus: async (report) => (await import('../../matrix/report/prometheus.ts')).prometheusText(report),
  markdown: async (report) => (await import('../../matrix/report/markdown.ts')).markdownText(report),
};

export const renderReport = (format: ReportFormat, report: MatrixReport): Promise<string> => RENDER[format](report);

type Files = Readonly<Partial<Record<ReportFormat, string>>>;

/** Where the summary for people goes: not where a report goes that was asked for as `-`. */
export const summaryScreen = ({ stdout, stderr }: Pick<World, 'stdout' | 'stderr'>, files: Files): Screen =>
  Object.values(files).includes(STDOUT) ? stderr : stdout;

/**
 * Writes the files that were asked for, or to standard output what was asked for as `-`. One that cannot be written is told
 * of and keeps none of the others back; false: there was such a one.
 */
export async function writeReports(world: World, report: MatrixReport, files: Files): Promise<boolean> {
  let isComplete = true;
  for (const [format, file] of Object.entries(files) as [ReportFormat, string][]) {
    const text = await renderReport(format, report);
    if (file === STDOUT) await world.stdout.write(text);
    else isComplete = (await writeReport(world, { format, file, text })) && isComplete;
  }
  return isComplete;
}

async function writeReport(
  { folder, stderr }: World,
  { format, file, text }: { readonly format: ReportFormat; readonly file: string; readonly text: string },
): Promise<boolean> {
  const target = path.resolve(folder, file);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
    await stderr.write(`runner: ${format} report in ${target}\n`);
    return true;
  } catch (error) {
    await stderr.write(`runner: ${target} was not written: ${(error as Error).message}\n`);
    return false;
  }
}
