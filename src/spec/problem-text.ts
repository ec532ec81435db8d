import type { Problem } from './problem.ts';

/** The most lines a person gets for one bad document, its summary and the "more" line included. */
const MAX_LINES = 24;

/** `file:line:column  path  what is wrong; what to write instead`. */
export function problemText({ place, path, message, hint }: Problem): string {
  const where = place.line === 0 ? place.file : `${place.file}:${place.line}:${place.column}`;
  const what = hint === undefined ? message : `${message}; ${hint}`;
  return [where, path, what].filter((part) => part !== '').join('  ');
}

/** One line a problem, at most as many as fit on a screen under the summary. */
export function problemLines(problems: readonly Problem[]): readonly string[] {
  const room = MAX_LINES - 1;
  if (problems.length <= room) return problems.map(problemText);
  const shown = problems.slice(0, room - 1).map(problemText);
  return [...shown, `… and ${problems.length - shown.length} more`];
}

/** `runner.yaml has 3 problems`. */
export function summaryOf(problems: readonly Problem[]): string {
  const files = [...new Set(problems.map((problem) => problem.place.file))];
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return `${files.join(', ')} ${files.length > 1 ? 'have' : 'has'} ${count}`;
}
