/** The four questions that a matrix answers of each cell. */
export const QUESTIONS = ['repeatable', 'reliable', 'maintainable', 'scalable'] as const;
export type Question = (typeof QUESTIONS)[number];

/** What a figure is: the same words stand in docs/viability.md, in every report and behind `gates`. */
export interface Metric {
  readonly question: Question;
  readonly unit: '' | 'seconds' | 'bytes' | 'ratio' | 'runs/min';
  readonly better: 'lower' | 'higher';
  /** How it is found, in one sentence. */
  readonly about: string;
}

const lower = (question: Question, unit: Metric['unit'], about: string): Metric => ({ question, unit, better: 'lower', about });
const higher = (question: Question, unit: Metric['unit'], about: string): Metric => ({ question, unit, better: 'higher', about });

const seconds = (what: string): Metric => lower('scalable', 'seconds', what);

export const METRIC_NAMES = [
  'success_rate',
  'infrastructure_rate',
  'leaked',
  'interrupt_leaked',
  'verdict_kinds',
  'artifact_drift',
  'wall_seconds.cv',
  'wall_seconds.mad',
  'wall_seconds.p50',
  'wall_seconds.p95',
  'prepare_seconds.p50',
  'run_seconds.p50',
  'collect_seconds.p50',
  'clean_up_seconds.p50',
  'cpu_seconds.p50',
  'peak_rss_bytes.p50',
  'disk_bytes.p50',
  'throughput.max',
  'throughput.saturates_at',
  'spec_lines',
  'prerequisites',
  'privileges',
  'unpinned',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/** Every figure that gates may name. Timed runs are those after the warm-up, alone on the machine unless `max_parallel` says otherwise. */
export const METRICS: Readonly<Record<MetricName, Metric>> = {
  success_rate: higher('reliable', 'ratio', 'timed runs that exited with 0 and left nothing behind, of all timed runs'),
  infrastructure_rate: lower(
    'reliable',
    'ratio',
    'timed runs that ended because the runner, the daemon, an image or the cluster failed, of all timed runs',
  ),
  leaked: lower('reliable', '', 'things that were there after a timed run, or a run under load, and not before it'),
  interrupt_leaked: lower('reliable', '', 'things that were there a minute after an interrupted run had ended, and not before it'),
  verdict_kinds: lower('repeatable', '', 'different verdicts (exit code and failing step) among the timed runs'),
  artifact_drift: lower('repeatable', '', 'artifacts whose SHA-256 is not the same in all timed runs that passed'),
  'wall_seconds.cv': lower('repeatable', 'ratio', 'standard deviation of wall_seconds divided by its mean'),
  'wall_seconds.mad': lower('repeatable', 'seconds', 'median distance of wall_seconds from its median'),
  'wall_seconds.p50': seconds('median, over the timed runs that passed, of the seconds from the start of `runner exec` to its end'),
  'wall_seconds.p95': seconds('95th percentile of the same'),
  'prepare_seconds.p50': seconds('median of the seconds until the environment was made'),
  'run_seconds.p50': seconds('median of the seconds that the steps took'),
  'collect_seconds.p50': seconds('median of the seconds that bringing artifacts back took'),
  'clean_up_seconds.p50': seconds('median of the seconds that giving everything back took'),
  'cpu_seconds.p50': seconds('median of the processor time of the runner, its children and, as last sampled, its containers'),
  'peak_rss_bytes.p50': lower(
    'scalable',
    'bytes',
    'median of the largest resident memory of the runner, its children and its containers together, as sampled',
  ),
  'disk_bytes.p50': lower(
    'scalable',
    'bytes',
    'median of the largest fall of free space on the disks of the runner and of a local daemon while the run went on, as sampled',
  ),
  'throughput.max': higher('scalable', 'runs/min', 'the most runs a minute that were finished at any level of `parallelism`'),
  'throughput.saturates_at': higher(
    'scalable',
    '',
    'the level of `parallelism` after which the next one brings less than a tenth more runs a minute',
  ),
  spec_lines: lower(
    'maintainable',
    '',
    'lines of the spec that this pattern uses, without blank lines and comments, and one for each field set by the cell',
  ),
  prerequisites: lower('maintainable', '', 'programs and daemons that the machine must have'),
  privileges: lower('maintainable', '', 'powers over the machine that the plan hands to the steps'),
  unpinned: lower('maintainable', '', 'images that are named without a digest, so that another night may get another one'),
};
