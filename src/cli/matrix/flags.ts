import { RunnerError } from '../../errors.ts';
import type { Shard } from '../../matrix/schedule.ts';
import { REPORT_FORMATS, type ReportFormat } from '../../spec/matrix/matrix.ts';
import type { Override } from '../../spec/overrides.ts';
import { assignment } from '../exec-flags.ts';
import { MATRIX_FLAGS } from '../flag-tables.ts';
import { isSet, listOf, type Parsed, parseFlags, textOf } from '../flags.ts';

/** What the command line says of a matrix. */
export interface MatrixRequest {
  /** As it was given, but for `--resume`: with that it goes on where it was interrupted. */
  readonly argv: readonly string[];
  readonly file: string;
  readonly set: readonly Override[];
  readonly select: readonly string[];
  readonly shard: Shard | undefined;
  readonly resume: boolean;
  readonly results: string | undefined;
  readonly allow: readonly string[];
  readonly dockerContext: string | undefined;
  readonly saveBaseline: string | undefined;
  readonly quiet: boolean;
  readonly report: Readonly<Partial<Record<ReportFormat, string>>>;
}

export function matrixRequest(argv: readonly string[]): MatrixRequest {
  const parsed = parseFlags('matrix', MATRIX_FLAGS, argv);
  const [file = './matrix.yaml', ...more] = parsed.positionals;
  if (more.length > 0) throw new RunnerError('usage.invalid', `one matrix at a time; what is ${more[0]}?`);
  return {
    argv: argv.filter((word) => word !== '--resume'),
    file,
    set: listOf(parsed, 'set').map(assignment),
    select: listOf(parsed, 'select'),
    shard: shardOf(textOf(parsed, 'shard')),
    resume: isSet(parsed, 'resume'),
    results: textOf(parsed, 'results'),
    allow: listOf(parsed, 'allow').flatMap((text) => text.split(',')),
    dockerContext: textOf(parsed, 'docker-context'),
    saveBaseline: textOf(parsed, 'save-baseline'),
    quiet: isSet(parsed, 'quiet'),
    report: reportFiles(parsed),
  };
}

/** What a flag for a file says for standard output. */
export const STDOUT = '-';

/** The files that `--html FILE` and its like name, as written. Throws `usage.invalid` where two would be one text. */
export function reportFiles(parsed: Parsed): MatrixRequest['report'] {
  const named = REPORT_FORMATS.flatMap((format) => {
    const file = textOf(parsed, format);
    return file === undefined ? [] : [[format, file] as const];
  });
  const [first, second] = named.filter(([, file]) => file === STDOUT);
  if (!second) return Object.fromEntries(named);
  throw new RunnerError('usage.invalid', `--${first?.[0]} and --${second[0]} can't both go to standard output`, {
    hint: 'Name a file for one of them.',
  });
}

function shardOf(written: string | undefined): Shard | undefined {
  if (written === undefined) return undefined;
  const [, index = '0', of = '0'] = /^(\d{1,3})\/(\d{1,3})$/.exec(written) ?? [];
  if (Number(index) >= 1 && Number(index) <= Number(of)) return { index: Number(index), of: Number(of) };
  throw new RunnerError('usage.invalid', `--shard can't be ${written}`, { hint: 'Write which of how many: --shard 1/3.' });
}
