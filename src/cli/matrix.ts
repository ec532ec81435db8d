import { RunnerError } from '../errors.ts';
import { cellsOf, selects } from '../matrix/cells.ts';
import { Progress } from '../matrix/progress.ts';
import { runMatrix } from '../matrix/run.ts';
import { scheduleOf } from '../matrix/schedule.ts';
import type { Matrix } from '../spec/matrix/matrix.ts';
import { diagnosesOf } from './doctor.ts';
import { closeNight } from './matrix/close-night.ts';
import { type MatrixRequest, matrixRequest } from './matrix/flags.ts';
import { LeakWatch } from './matrix/leaks.ts';
import { loadMatrixFile } from './matrix/load-matrix.ts';
import { machineFacts } from './matrix/machine.ts';
import { openNight } from './matrix/open-night.ts';
import { openingRecord } from './matrix/opening-record.ts';
import { planCells } from './matrix/plan-cells.ts';
import { benchOf } from './matrix/run-trial.ts';
import { showProgress } from './matrix/show-progress.ts';
import { settingsOf } from './settings.ts';
import type { Command, World } from './world.ts';

/** One workload under many patterns, again and again, and what that shows. */
export const matrix: Command = async (world, argv) => {
  const request = await permitted(world, matrixRequest(argv));
  const document = await loadMatrixFile(world, request);
  const wanted = wantedCells(document, request);
  const engines = (await world.connector())({ dockerContext: request.dockerContext });
  const { facts, diagnoses } = await diagnosesOf(world, engines, [...new Set(wanted.map(({ pattern }) => pattern))]);
  const planned = await planCells(wanted, { world, matrix: document, request, diagnoses, self: engines.self });
  const runnable = planned.filter(({ record }) => record.unavailable === undefined);
  const cells = runnable.map(({ cell }) => cell);
  const batches = scheduleOf(
    document,
    cells.map(({ id }) => id),
    request.shard,
  );
  const machine = machineFacts(facts, process.versions.node);
  const night = await openNight(world, await openingRecord({ world, document, request, planned, batches, machine }), request);
  const ended = night.earlier?.ended ?? new Map();
  const shown = showProgress(world, new Progress(batches, ended), request.quiet);
  const leaks = new LeakWatch(engines, world, facts !== undefined);
  const bench = benchOf({ world, engines, cells: runnable, leaks, scratch: night.scratch });
  const interrupted = new AbortController();
  const stopListening = world.onSignal(() => (interrupted.signal.aborted ? bench.interruptAgain() : interrupted.abort()));
  try {
    const run = { matrix: document, cells, batches, ended, session: night.session };
    await runMatrix(run, {
      bench,
      results: night.results,
      now: world.clock.now,
      signal: interrupted.signal,
      onStart: shown.started,
      onEnd: shown.ended,
    });
    shown.close();
    return await closeNight(world, { night, document, request, isInterrupted: interrupted.signal.aborted });
  } finally {
    stopListening();
    await night.close();
  }
};

/** What flags and settings allow the specs together. */
async function permitted(world: World, request: MatrixRequest): Promise<MatrixRequest> {
  const { allow = '' } = await settingsOf(world);
  return { ...request, allow: [...request.allow, ...allow.split(',')].filter((key) => key !== '') };
}

function wantedCells(document: Matrix, { select }: MatrixRequest) {
  const all = cellsOf(document);
  const wanted = select.length === 0 ? all : all.filter((cell) => select.some((written) => selects(written, cell)));
  if (wanted.length > 0) return wanted;
  throw new RunnerError('usage.invalid', select.length === 0 ? 'every cell is excluded' : `no cell matches ${select.join(', ')}`, {
    hint: `Cells: ${all.map(({ id }) => id).join(', ') || 'none'}.`,
  });
}
