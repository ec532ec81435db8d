import { METRIC_NAMES, METRICS, type MetricName } from '../../spec/matrix/metrics.ts';
import type { MatrixReport } from './model.ts';

/**
 * The figures in Prometheus' text format, for the node exporter's textfile collector. One sample a cell, and what stands after
 * the dot of a metric's name is the label `quantile` or `stat`.
 */
export function prometheusText(report: MatrixReport): string {
  const families = Map.groupBy(METRIC_NAMES, familyOf);
  return [
    ...[...families].flatMap(([family, metrics]) => familyLines(family, metrics, report)),
    ...gauge('runner_matrix_gate_failed', 'Gates that do not hold.', [
      sample({ matrix: report.name }, report.gates.filter(({ status }) => status === 'failed').length),
    ]),
    ...gauge('runner_matrix_green', 'Whether the whole matrix was run and every gate holds.', [
      sample({ matrix: report.name }, report.verdict === 'green' ? 1 : 0),
    ]),
    ...gauge('runner_matrix_ended_timestamp_seconds', 'When the last run ended.', [
      sample({ matrix: report.name }, Date.parse(report.endedAt) / 1000),
    ]),
    '',
  ].join('\n');
}

type Labels = Readonly<Record<string, string>>;

const familyOf = (metric: MetricName): string => `runner_${metric.replace(/\..*/, '')}`;

function familyLines(family: string, metrics: readonly MetricName[], { name, cells }: MatrixReport): readonly string[] {
  const samples = metrics.flatMap((metric) =>
    cells.flatMap(({ record, figures }) => {
      const figure = figures[metric];
      return figure ? [sample({ matrix: name, cell: record.id, pattern: record.pattern, ...statOf(metric) }, figure.value)] : [];
    }),
  );
  return samples.length === 0 ? [] : gauge(family, metrics.map((metric) => METRICS[metric].about).join('; '), samples);
}

/** `wall_seconds.p95` is `runner_wall_seconds{quantile="0.95"}`. */
function statOf(metric: MetricName): Labels {
  const [, stat] = metric.split('.');
  if (stat === undefined) return {};
  return /^p\d+$/.test(stat) ? { quantile: `0.${stat.slice(1).replace(/0$/, '')}` } : { stat };
}

type Sample = readonly [Labels, number];
const sample = (labels: Labels, value: number): Sample => [labels, value];

const gauge = (name: string, help: string, samples: readonly Sample[]): readonly string[] => [
  `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
  `# TYPE ${name} gauge`,
  ...samples.map(([labels, value]) => `${name}{${Object.entries(labels).map(labelText).join(',')}} ${value}`),
];

const labelText = ([name, value]: readonly [string, string]): string =>
  `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
