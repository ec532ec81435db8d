import type { PatternName } from '../../spec/spec.ts';
import { percentText, secondsText, significant } from './figure-text.ts';
import type { CellReport } from './model.ts';

/** What each pattern is for, whatever was measured. */
export const GOOD_FOR: Readonly<Record<PatternName, string>> = {
  host: 'The fastest way to run, and a baseline; nothing is isolated',
  single: 'Builds whose steps share one set of tools',
  serial: 'Pipelines whose steps need different tools, with services beside them',
  sibling: 'Jobs that build and start containers themselves, on the daemon of the machine',
  dind: 'Jobs that need a Docker daemon of their own',
  kind: 'What has to be seen running on Kubernetes before it is shipped',
  vm: 'What needs a kernel or an operating system of its own',
  job: 'Work for a cluster that is there already',
};

/** One sentence a person can decide by: what the pattern is good for, and what it cost here. */
export function sentenceOf(cell: Omit<CellReport, 'sentence'>): string {
  const { record } = cell;
  const purpose = GOOD_FOR[record.pattern];
  if (record.unavailable) return `${purpose}. Not run here: ${record.unavailable[0] ?? 'this machine cannot'}.`;
  if (cell.runs.timed === 0) return `${purpose}. Nothing was measured.`;
  const parts = [reliability(cell), time(cell), sameness(cell), scale(cell)].filter((part) => part !== undefined);
  return `${purpose}. Here ${parts.join('; ')}.`;
}

type Cell = Omit<CellReport, 'sentence'>;

function reliability({ runs, failures, leaks }: Cell): string {
  const all = runs.good === runs.timed ? `all ${runs.timed} runs passed` : `${runs.good} of ${runs.timed} runs passed`;
  const [worst] = failures;
  const why = worst ? ` (most often: ${worst.class}${worst.example.step === undefined ? '' : ` in ${worst.example.step}`})` : '';
  return `${all}${why}${leaks.length > 0 ? `, ${leaks.length} left something behind` : ''}`;
}

function time({ figures, against }: Cell): string | undefined {
  const wall = figures['wall_seconds.p50'];
  if (!wall) return undefined;
  const spread = wall.n < 3 ? '' : ` (${secondsText(wall.low ?? wall.value)} to ${secondsText(wall.high ?? wall.value)})`;
  return `half of them within ${secondsText(wall.value)}${spread}${againstText(against)}`;
}

export function againstText(against: Cell['against']): string {
  if (!against) return '';
  if (against.claim === 'few') return `, too few to compare with ${against.cell}`;
  if (against.claim === 'none') return `, no difference from ${against.cell} is shown`;
  return `, ${significant(against.value)} times that of ${against.cell}`;
}

function sameness({ drifts }: Cell): string | undefined {
  if (drifts === undefined) return undefined;
  const [first, ...more] = drifts;
  if (!first) return 'the same artifacts every time';
  return `${first.path}${more.length > 0 ? ` and ${more.length} more` : ''} not the same every time`;
}

function scale({ figures, levels }: Cell): string | undefined {
  const most = figures['throughput.max'];
  if (!most) return undefined;
  const end = figures['throughput.saturates_at'];
  const failed = levels.reduce((sum, level) => sum + level.failed, 0);
  const lost = failed > 0 ? `, ${percentText(failed / most.n)} failed under load` : '';
  return `at most ${significant(most.value)} runs a minute${end ? `, reached with ${end.value} at a time` : ', and more with every level'}${lost}`;
}
