import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Report } from '../report/report.ts';
import type { ShowRequest } from './exec-flags.ts';
import type { World } from './world.ts';

interface Results {
  readonly world: World;
  readonly show: ShowRequest;
  readonly tailOf: (step: string) => readonly string[];
}

/** `--junit` and `--result`: files beside the run, written after everything else. */
export async function writeResults(report: Report, { world, show, tailOf }: Results): Promise<void> {
  const write = async (file: string | undefined, textOf: () => Promise<string>): Promise<void> => {
    if (file === undefined) return;
    const target = path.resolve(world.folder, file);
    await writeFile(target, await textOf()).catch((error: Error) =>
      world.stderr.write(`runner: ${target} was not written: ${error.message}\n`),
    );
  };
  await write(show.junit, async () => (await import('../report/junit.ts')).junitXml(report, tailOf));
  await write(show.result, async () => `${JSON.stringify((await import('../report/report-json.ts')).reportJson(report), null, 2)}\n`);
}
