import { readFile } from 'node:fs/promises';
import { type Machine, type Opened, VERSION } from '../../matrix/results/records.ts';
import type { Batch } from '../../matrix/schedule.ts';
import { newRunId } from '../../plan/names.ts';
import type { Matrix } from '../../spec/matrix/matrix.ts';
import type { World } from '../world.ts';
import type { MatrixRequest } from './flags.ts';
import type { PlannedCell } from './plan-cells.ts';
import { digestOf } from './results-folder.ts';

export interface Opening {
  readonly world: Pick<World, 'version' | 'clock'>;
  readonly document: Matrix;
  readonly request: Pick<MatrixRequest, 'shard'>;
  readonly planned: readonly PlannedCell[];
  readonly batches: readonly Batch[];
  readonly machine: Machine;
}

/** The first line of the results: all that a report needs besides them. */
export async function openingRecord({ world, document, request, planned, batches, machine }: Opening): Promise<Opened> {
  const { repeat, warmup, order, seed, maxParallel, leakCheck, unavailable, parallelism, gates } = document;
  return {
    v: VERSION,
    type: 'matrix.opened',
    matrix: newRunId(),
    name: document.name,
    file: document.file,
    digest: digestOf(await whatIsRun(document, planned, request)),
    runner: world.version,
    startedAt: new Date(world.clock.now()).toISOString(),
    ...(request.shard ? { shard: request.shard } : {}),
    machine,
    settings: { repeat, warmup, order, seed, maxParallel, leakCheck, unavailable, parallelism, gates },
    cells: planned.map(({ record }) => record),
    trials: batches.reduce((sum, { trials }) => sum + trials.length, 0),
  };
}

/** Gates and reports may change between an interrupt and its resumption; what is run may not. */
async function whatIsRun({ report: _, gates: __, ...document }: Matrix, planned: readonly PlannedCell[], { shard }: Opening['request']) {
  const specs = [...new Set(planned.flatMap(({ args }) => args.slice(0, 1)))];
  const texts = await Promise.all(specs.map((file) => readFile(file, 'utf8')));
  return { document, texts, shard, args: planned.map(({ args }) => args) };
}
