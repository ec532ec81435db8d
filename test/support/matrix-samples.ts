import { randomOf } from '../../src/matrix/random.ts';
import type { Results } from '../../src/matrix/results/read.ts';
import { type CellRecord, type Opened, type TrialEnded, VERSION } from '../../src/matrix/results/records.ts';
import type { PatternName } from '../../src/spec/spec.ts';

export const MACHINE: Opened['machine'] = {
  host: 'builder',
  cpu: 'Some CPU',
  cpus: 4,
  memoryBytes: 16 * 2 ** 30,
  system: 'Linux 6.1',
  node: '24.0.0',
  docker: 'Docker 28.0.0, overlay2, cgroup v2',
};

export const cellRecord = (pattern: PatternName, more: Partial<CellRecord> = {}): CellRecord => ({
  id: pattern,
  pattern,
  values: { pattern },
  facts: { specLines: 12, prerequisites: ['Docker 28.0.0'], privileges: [], images: [{ name: 'busybox:1', pinned: false }] },
  ...more,
});

export const opened = (more: Partial<Opened> = {}): Opened => ({
  v: VERSION,
  type: 'matrix.opened',
  matrix: '01936f2c-9a10-7c3e-8b44-5f0d2a9c1e77',
  name: 'nightly',
  file: '/w/matrix.yaml',
  digest: 'd',
  runner: '0.1.0',
  startedAt: '2026-01-02T01:00:00.000Z',
  machine: MACHINE,
  settings: {
    repeat: 10,
    warmup: 0,
    order: 'shuffled',
    seed: 1,
    maxParallel: 1,
    leakCheck: true,
    unavailable: 'skip',
    parallelism: [],
    gates: [],
  },
  cells: [cellRecord('single')],
  trials: 0,
  ...more,
});

export const trial = (more: Partial<TrialEnded> = {}): TrialEnded => {
  const base = { cell: 'single', kind: 'timed' as const, nth: 1, ...more };
  const mark = base.kind === 'timed' ? '' : base.kind === 'load' ? `load${more.level}-` : `${more.signal ?? base.kind}-`;
  return {
    v: VERSION,
    type: 'trial.ended',
    trial: `${base.cell}#${mark}${base.nth}`,
    session: 1,
    at: new Date(Date.parse('2026-01-02T01:00:00Z') + base.nth * 10_000).toISOString(),
    wallSeconds: 2,
    status: 'passed',
    exitCode: 0,
    phases: { prepareMs: 300, runMs: 1500, collectMs: 50, cleanUpMs: 100 },
    artifacts: [{ path: 'dist/app', sha256: 'a'.repeat(64) }],
    leaked: [],
    usage: { cpuSeconds: 0.5, rssBytes: 80 * 2 ** 20, diskBytes: 10 * 2 ** 20 },
    ...base,
  };
};

export const resultsOf = (ended: readonly TrialEnded[], more: Partial<Opened> = {}): Results => ({
  file: '/w/results.jsonl',
  opened: opened({ trials: ended.length, ...more }),
  sessions: 1,
  ended: new Map(ended.map((result) => [result.trial, result])),
  begun: [],
  closed: undefined,
});

const CELLS: readonly (readonly [PatternName, number])[] = [
  ['host', 1],
  ['single', 1.6],
  ['serial', 2.2],
  ['sibling', 2.5],
  ['kind', 41],
];

/** A whole night with everything in it: failures, drifts, leaks, interrupts, load, and a pattern that cannot run. */
export function wholeNight(repeat: number, more: Partial<Opened> = {}): Results {
  const random = randomOf(`night ${more.matrix ?? ''}`);
  const nths = Array.from({ length: repeat }, (_, index) => index + 1);
  const trials = CELLS.flatMap(([cell, seconds]) => [
    ...nths.map((nth) => timed(cell, nth, { random, seconds })),
    ...(['int', 'kill'] as const).flatMap((signal) =>
      [1, 2, 3].map((nth) =>
        trial({ cell, kind: 'interrupt', signal, nth, status: 'cancelled', exitCode: 130, interruptedAfterSeconds: 1 }),
      ),
    ),
    ...[1, 2, 4].flatMap((level) =>
      Array.from({ length: 2 * level }, (_, index) =>
        trial({
          cell,
          kind: 'load',
          level,
          nth: index + 1,
          wallSeconds: seconds * (1 + level / 8),
          at: new Date(Date.parse('2026-01-02T05:00:00Z') + (Math.floor(index / level) + 1) * seconds * 1_100).toISOString(),
        }),
      ),
    ),
  ]);
  return resultsOf(trials, {
    cells: [...CELLS.map(([pattern]) => cellRecord(pattern)), cellRecord('vm', { unavailable: ['not in this version of the runner'] })],
    ...more,
  });
}

interface Timing {
  readonly random: () => number;
  readonly seconds: number;
}

function timed(cell: PatternName, nth: number, { random, seconds }: Timing): TrialEnded {
  const wallSeconds = Math.round(seconds * (1 + 0.3 * random() ** 2) * 1_000) / 1_000;
  if (cell === 'serial' && random() < 0.1)
    return trial({
      cell,
      nth,
      wallSeconds,
      status: 'failed',
      exitCode: 2,
      failure: { class: 'build', step: 'test', message: 'failed: test exited with 2' },
    });
  if (cell === 'sibling' && nth === 2) return trial({ cell, nth, wallSeconds, leaked: ['container forgotten'] });
  const stamp = { path: 'dist/stamp.txt', sha256: `${nth % 10}`.repeat(64) };
  return trial({ cell, nth, wallSeconds, artifacts: [...trial().artifacts, ...(cell === 'single' ? [stamp] : [])] });
}
