import * as v from 'valibot';
import { byShape, duration, flag, list, mapOf, mapping, matching, oneOf, type Schema, section, text, wholeNumber } from '../kinds.ts';
import type { Override } from '../overrides.ts';
import { parsePath } from '../path.ts';
import { RUN_NAME } from '../schema-common.ts';
import {
  type AxisValue,
  CACHE_STATES,
  type GateSpec,
  type Inclusion,
  type InterruptSignal,
  type Matrix,
  type Selection,
  SIGNALS,
} from './matrix.ts';
import { METRIC_NAMES } from './metrics.ts';

/** What the user wrote, read and with defaults; paths are as written. */
export interface MatrixDocument extends Omit<Matrix, 'name' | 'file' | 'folder' | 'interrupts'> {
  readonly name: string | undefined;
  readonly interrupts: { readonly signals: readonly InterruptSignal[]; readonly each: number | undefined };
}

const LARGEST = 100_000;

const axisValue: Schema<AxisValue> = byShape<AxisValue>('A value.', 'a text, a number or a boolean', {
  text: text('A text.'),
  number: v.number('a number'),
  flag: flag('A boolean.'),
});

const selection: Schema<Selection> = mapOf('The cells with these values.', v.string(), axisValue);

/** Values go into the spec as YAML, and JSON is YAML. */
const overridesOf = (values: Readonly<Record<string, unknown>>): readonly Override[] =>
  Object.entries(values).map(([written, value]) => ({
    path: parsePath(written) ?? [],
    value: JSON.stringify(value),
    from: `set ${written}`,
  }));

const settings: Schema<Record<string, unknown>> = mapping(
  'a mapping of fields of the spec',
  v.pipe(
    v.record(
      v.pipe(
        v.string(),
        v.check((written) => parsePath(written) !== undefined, 'is no path into the spec, such as resources.cpus'),
      ),
      v.unknown(),
    ),
    v.description('Fields of the spec, by path, and their values in these cells.'),
  ),
);

const inclusion: Schema<Inclusion> = v.pipe(
  mapping('a mapping of axes', v.pipe(v.objectWithRest({ set: v.optional(settings) }, axisValue), v.description('Cells to add.'))),
  v.transform(({ set = {}, ...where }) => ({ where: where as Selection, set: overridesOf(set) })),
);

const axisSchema = v.pipe(
  list('The values of an axis.', axisValue, 'a list of values'),
  v.minLength(1, 'is an empty list; give it a value'),
);

const axesSchema = mapping(
  'a mapping of axes',
  v.pipe(
    v.objectWithRest(
      {
        pattern: v.pipe(list('The build patterns to compare.', text('A pattern.')), v.minLength(1, 'is an empty list; name a pattern')),
        cache: v.optional(list('Whether the caches that the spec mounts are empty at the start.', oneOf('A state.', CACHE_STATES))),
        exclude: v.optional(list('Cells to leave out.', selection), () => []),
        include: v.optional(list('Cells to add.', inclusion), () => []),
      },
      axisSchema,
    ),
    v.description('The axes: every combination of their values is a cell.'),
  ),
);

const percent: Schema<number> = v.pipe(
  v.string('a percentage such as 15%'),
  v.description('By how much it may be worse than the baseline.'),
  v.regex(/^\d{1,4}(?:\.\d+)?%$/, 'is not a percentage; write one such as 15%'),
  v.transform((written) => Number(written.slice(0, -1)) / 100),
);

const gateSchema: Schema<GateSpec> = v.pipe(
  section('A gate.', {
    metric: oneOf('The figure it looks at.', METRIC_NAMES),
    where: v.optional(selection, () => ({})),
    min: v.optional(v.pipe(v.number('a number'), v.description('The least it may be.'))),
    max: v.optional(v.pipe(v.number('a number'), v.description('The most it may be.'))),
    regress_max: v.optional(percent),
    baseline: v.optional(
      matching('`last_green`, or the name of a stored baseline.', { like: /^[A-Za-z0-9][\w.-]{0,59}$/, rule: 'the name of a baseline' }),
    ),
  }),
  v.check(
    ({ min, max, regress_max }) => [min, max, regress_max].some((limit) => limit !== undefined),
    'has no limit; give it min, max or regress_max',
  ),
  v.check(
    ({ regress_max, baseline }) => regress_max !== undefined || baseline === undefined,
    'names a baseline and does not say how much worse it may be; give it regress_max',
  ),
  v.transform(({ metric, where, min, max, regress_max, baseline = 'last_green' }) => ({
    metric,
    where,
    min,
    max,
    regressMax: regress_max,
    baseline,
  })),
);

const signals = list('The signals that a run is interrupted with.', oneOf('A signal.', SIGNALS));

const interruptsSchema = byShape<MatrixDocument['interrupts']>('Runs that are interrupted at random instants.', 'a list of signals', {
  list: v.pipe(
    signals,
    v.transform((names) => ({ signals: names, each: undefined })),
  ),
  mapping: v.pipe(
    section('Signals and how often.', {
      signals,
      each: v.optional(wholeNumber('Interrupted runs for each cell and signal; default: `repeat`.', 1, LARGEST)),
    }),
    v.transform(({ signals: names, each }) => ({ signals: names, each })),
  ),
});

const file = (format: string) => v.optional(text(`The report as ${format}, relative to this document.`));

const fields = section('A matrix.', {
  name: v.optional(matching('What the matrix is called; default: the name of the file, or of the folder of a `matrix.yaml`.', RUN_NAME)),
  spec: v.optional(text('The spec to run, relative to this document.'), './runner.yaml'),
  matrix: axesSchema,
  repeat: v.optional(wholeNumber('Timed runs of each cell.', 1, LARGEST), 1),
  warmup: v.optional(wholeNumber('Runs of each cell before the timed ones.', 0, LARGEST), 0),
  order: v.optional(oneOf('The order of the cells within a block of one run each.', ['shuffled', 'sequential']), 'shuffled'),
  seed: v.optional(wholeNumber('Where the random numbers start.', 0), 1),
  max_parallel: v.optional(wholeNumber('Timed runs at the same time.', 1, 1_000), 1),
  fail_fast: v.optional(flag('Whether the first run that fails ends the matrix.'), false),
  timeout: v.optional(duration('Longest time that a run may take; default: what its spec says.')),
  unavailable: v.optional(oneOf('What becomes of patterns that this machine cannot run.', ['skip', 'fail']), 'skip'),
  leak_check: v.optional(flag('Whether everything there is on the daemon and on this machine is listed before and after each run.'), false),
  interrupts: v.optional(interruptsSchema, () => []),
  parallelism: v.optional(
    list('How many runs go on at the same time, for the question of scale.', wholeNumber('A number of runs.', 1, 1_000)),
    () => [],
  ),
  gates: v.optional(
    list('What must hold for exit code 0; default: every timed run passes, and nothing is left behind.', gateSchema),
    () => [],
  ),
  report: v.optional(
    section('The files to write.', {
      html: file('a page'),
      json: file('JSON'),
      junit: file('JUnit XML'),
      prometheus: file('text for Prometheus'),
      markdown: file('Markdown'),
    }),
    () => ({}),
  ),
});

/** The whole document, without its top-level `x-` keys. */
export const matrixSchema: Schema<MatrixDocument> = v.pipe(
  fields,
  v.transform(
    ({ matrix: { exclude, include, ...axes }, max_parallel, fail_fast, timeout, leak_check, report, ...rest }): MatrixDocument => ({
      ...rest,
      name: rest.name,
      axes: Object.fromEntries(Object.entries(axes).filter(([, values]) => values !== undefined)) as MatrixDocument['axes'],
      exclude,
      include,
      maxParallel: max_parallel,
      failFast: fail_fast,
      timeoutMs: timeout,
      leakCheck: leak_check,
      report: Object.fromEntries(Object.entries(report).filter(([, written]) => written !== undefined)),
    }),
  ),
);
