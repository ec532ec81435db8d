import type { Phases } from '../../report/report.ts';
import { METRIC_NAMES, type MetricName } from '../../spec/matrix/metrics.ts';
import type { Usage } from '../results/records.ts';
import { bootstrapped, wilson } from '../statistics/interval.ts';
import { medianDeviation, variation } from '../statistics/spread.ts';
import { failuresOf } from './reliable.ts';
import { driftsOf, verdictsOf } from './repeatable.ts';
import { levelsOf, saturationOf } from './scalable.ts';
import { type CellView, wallsOf } from './view.ts';

/** A figure, with its 95 % interval where it has one. */
export interface Figure {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** From how many runs. */
  readonly n: number;
}

export type Figures = Readonly<Partial<Record<MetricName, Figure>>>;

/** Every figure that the results of a cell give; one that they don't give is left out. */
export function figuresOf(view: CellView): Figures {
  return Object.fromEntries(
    METRIC_NAMES.flatMap((name) => {
      const figure = FIGURE[name](view);
      return figure === undefined || !Number.isFinite(figure.value) ? [] : [[name, figure]];
    }),
  );
}

type Find = (view: CellView) => Figure | undefined;

const plain = (value: number | undefined, n: number): Figure | undefined => (value === undefined ? undefined : { value, n });
const wall =
  (q: number): Find =>
  ({ good }) =>
    bootstrapped(wallsOf(good), q);

const phase =
  (name: keyof Phases): Find =>
  ({ good }) =>
    bootstrapped(
      good.flatMap(({ phases }) => (phases ? [phases[name] / 1_000] : [])),
      0.5,
    );

const used =
  (name: keyof Usage): Find =>
  ({ good }) =>
    bootstrapped(
      good.flatMap(({ usage }) => usage[name] ?? []),
      0.5,
    );

const leaks: Find = ({ timed, loads }) => {
  const all = [...timed, ...loads];
  return all.length === 0 ? undefined : { value: all.reduce((sum, { leaked }) => sum + leaked.length, 0), n: all.length };
};

const infrastructure: Find = ({ timed }) => {
  const failed = failuresOf(timed).filter((failure) => failure.class === 'infrastructure' || failure.class === 'crash');
  return wilson(
    failed.reduce((sum, { n }) => sum + n, 0),
    timed.length,
  );
};

/** Total: a metric that is named in spec/matrix/metrics.ts and not found here does not compile. */
const FIGURE: Readonly<Record<MetricName, Find>> = {
  success_rate: ({ timed, good }) => wilson(good.length, timed.length),
  infrastructure_rate: infrastructure,
  leaked: leaks,
  interrupt_leaked: ({ interrupts }) =>
    interrupts.length === 0 ? undefined : { value: interrupts.reduce((sum, { leaked }) => sum + leaked.length, 0), n: interrupts.length },
  verdict_kinds: ({ timed }) => (timed.length < 2 ? undefined : { value: verdictsOf(timed).length, n: timed.length }),
  artifact_drift: ({ good }) => plain(driftsOf(good)?.length, good.length),
  'wall_seconds.cv': ({ good }) => plain(variation(wallsOf(good)), good.length),
  'wall_seconds.mad': ({ good }) => plain(medianDeviation(wallsOf(good)), good.length),
  'wall_seconds.p50': wall(0.5),
  'wall_seconds.p95': wall(0.95),
  'prepare_seconds.p50': phase('prepareMs'),
  'run_seconds.p50': phase('runMs'),
  'collect_seconds.p50': phase('collectMs'),
  'clean_up_seconds.p50': phase('cleanUpMs'),
  'cpu_seconds.p50': used('cpuSeconds'),
  'peak_rss_bytes.p50': used('rssBytes'),
  'disk_bytes.p50': used('diskBytes'),
  'throughput.max': ({ loads }) =>
    loads.length === 0 ? undefined : { value: Math.max(...levelsOf(loads).map(({ perMinute }) => perMinute)), n: loads.length },
  'throughput.saturates_at': ({ loads }) => plain(saturationOf(levelsOf(loads)), loads.length),
  spec_lines: ({ record: { facts } }) => plain(facts?.specLines, 1),
  prerequisites: ({ record: { facts } }) => plain(facts?.prerequisites.length, 1),
  privileges: ({ record: { facts } }) => plain(facts?.privileges.length, 1),
  unpinned: ({ record: { facts } }) => plain(facts?.images.filter(({ pinned }) => !pinned).length, 1),
};
