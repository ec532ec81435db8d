import { sizeText } from '../../report/words.ts';
import { METRICS, type MetricName } from '../../spec/matrix/metrics.ts';
import type { Figure } from '../viability/figures.ts';

/** Three digits that say something: `0.123 s`, `12.3 s`, `123 s`. */
export const secondsText = (seconds: number): string => `${significant(seconds)} s`;

export const percentText = (ratio: number): string => {
  if (!Number.isFinite(ratio)) return 'infinitely';
  const percent = ratio * 100;
  return `${percent !== 0 && Math.abs(percent) < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
};

export const significant = (value: number): string => {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 4));
};

const TEXT = {
  '': (value: number) => String(Number(value.toFixed(2))),
  seconds: secondsText,
  bytes: (value: number) => sizeText(Math.round(value)),
  ratio: percentText,
  'runs/min': (value: number) => `${significant(value)}/min`,
} as const;

/** The value in the unit of its metric. */
export const valueText = (metric: MetricName, value: number): string => TEXT[METRICS[metric].unit](value);

/** `2.31 s (2.20 s to 2.44 s)`: with its interval, where it has one. */
export function figureText(metric: MetricName, { value, low, high }: Figure): string {
  const text = valueText(metric, value);
  if (low === undefined || high === undefined || low === high) return text;
  return `${text} (${valueText(metric, low)} to ${valueText(metric, high)})`;
}
