import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MatrixReport } from '../../matrix/report/model.ts';
import type { ReportFormat } from '../../spec/matrix/matrix.ts';
import type { World } from '../world.ts';

/** How a report is written in each format; a renderer is loaded when it is wanted. */
const RENDER: Readonly<Record<ReportFormat, (report: MatrixReport) => Promise<string>>> = {
  html: async (report) => (await import('../../matrix/report/html/page.ts')).htmlPage(report),
  json: async (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: async (report) => (await import('../../matrix/report/junit.ts')).matrixJunit(report),
  prometheus: async (report) => (await import('../../matrix/report/prometheus.ts')).prometheusText(report),
  markdown: async (report) => (await import('../../matrix/report/markdown.ts')).markdownText(report),
};

export const renderReport = (format: ReportFormat, report: MatrixReport): Promise<string> => RENDER[format](report);

/** Writes the files that were asked for; one that cannot be written is told of and keeps none of the others back. */
export async function writeReports(
  world: World,
  report: MatrixReport,
  files: Readonly<Partial<Record<ReportFormat, string>>>,
): Promise<void> {
  for (const [format, file] of Object.entries(files) as [ReportFormat, string][]) {
    const target = path.resolve(world.folder, file);
    try {
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, await renderReport(format, report));
      await world.stderr.write(`runner: ${format} report in ${target}\n`);
    } catch (error) {
      await world.stderr.write(`runner: ${target} was not written: ${(error as Error).message}\n`);
    }
  }
}
