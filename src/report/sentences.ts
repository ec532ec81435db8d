import { resourceText } from '../plan/resource.ts';
import { printable } from '../terminal-text.ts';
import type { EventOf } from './reactions.ts';
import type { CleanupResult, Report, Status, StepReport } from './report.ts';
import { durationText } from './words.ts';

/** The step that decided the run: the first that did not pass and was not allowed to fail. Undefined when all went well. */
export const decisive = (report: Report): StepReport | undefined =>
  report.steps.find((step) => !step.allowed && (step.status === 'failed' || step.status === 'errored'));

/** One line on how the run ended and why: `failed: build exited with 2`. */
export function outcomeOf(report: Report): string {
  const step = decisive(report);
  if (report.status === 'passed') return report.exitCode === 0 ? 'passed' : 'passed, but the cleanup is incomplete';
  if (report.signal) return `cancelled by ${report.signal}`;
  if (report.timedOut) return `timed out after ${durationText(report.durationMs)}`;
  return step ? `${report.status}: ${step.name} ${howItEnded(step)}` : report.status;
}

/** What a full audit found: what nobody can explain, then how much there is an explanation for. Nothing where there was none. */
export function auditLines({ audit }: Report): readonly string[] {
  if (audit === undefined) return [];
  const unexplained = audit.filter(({ why }) => why === undefined).map(({ change, what }) => `${printable(what)} ${change}`);
  const explained = audit.flatMap(({ change, what, why }) => (why === undefined ? [] : [`${printable(what)} ${change}: ${why}`]));
  return audit.length === 0 ? ['everything is as it was before'] : [...unexplained, ...explained];
}

/** `build exited with 2 (3.2 s)`. */
export function endText(step: StepReport): string {
  if (step.status === 'skipped') return `${step.name} was skipped`;
  const note = step.note === undefined ? '' : `, ${printable(step.note)}`;
  return `${step.name} ${howItEnded(step)} (${durationText(step.durationMs)}${note})`;
}

/** True for ends that everybody wants to know of: what did not go well, and preparations that took long. */
export const isNoteworthy = ({ status, kind, durationMs }: StepReport): boolean =>
  (status !== 'passed' && status !== 'skipped') || (kind !== 'task' && durationMs >= SLOW_MS);

/** `prepare 1.2 s, run 10.1 s, collect 0.0 s, clean up 1.0 s`. */
export const phasesText = ({ phases: { prepareMs, runMs, collectMs, cleanUpMs } }: Report): string =>
  [
    `prepare ${durationText(prepareMs)}`,
    `run ${durationText(runMs)}`,
    `collect ${durationText(collectMs)}`,
    `clean up ${durationText(cleanUpMs)}`,
  ].join(', ');

/** What the n-th signal does, for whoever sent it. */
export function interruptText(signal: EventOf<'run.interrupted'>['signal'], count: number): string {
  if (count === 1) return `${signal}: stopping the steps and cleaning up; once more kills them at once`;
  if (count === 2) return `${signal}: killing the steps and cleaning up with force`;
  return `${signal}: leaving; what remains is removed in the background`;
}

/** How giving one resource back went. */
export function removalText({ resource, ok, error }: CleanupResult): string {
  const name = resourceText(resource);
  return ok ? `removed ${name}` : `could not remove ${name}: ${printable(error?.message ?? 'no reason was given')}`;
}

/** Follows the step's name. */
function howItEnded(step: StepReport): string {
  if (step.timedOut) return 'timed out';
  if (step.exit?.oomKilled) return `ran out of memory and was killed (exit ${step.exit.code})`;
  if (step.status === 'failed') return `exited with ${step.exit?.code ?? 'no code'}${step.allowed ? ', which its spec allows' : ''}`;
  if (step.status === 'errored') return `could not be carried out: ${printable(step.error?.message ?? 'no reason was given')}`;
  return PLAIN_END[step.status];
}

const SLOW_MS = 2_000;

const PLAIN_END: Readonly<Record<Exclude<Status, 'failed' | 'errored'>, string>> = {
  passed: 'passed',
  cancelled: 'was cancelled',
  skipped: 'was skipped',
};
