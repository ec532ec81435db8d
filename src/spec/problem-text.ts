import type { Problem } from './problem.ts';

/** The most lines a person gets for one bad document, its summary and the "more" line included. */
const MAX_LINES = 24;

/** The longest a line gets, whatever the document has in it. */
const LONGEST_LINE = 500;

/** `file:line:column  path  what is wrong; what to write instead`, on one line. */
export function problemText({ place, path, message, hint }: Problem): string {
  const where = place.line === 0 ? place.file : `${place.file}:${place.line}:${place.column}`;
  const what = hint === undefined ? message : `${message}; ${hint}`;
  const line = harmless([where, path, what].filter((part) => part !== '').join('  '));
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}

/** What the document says must not move the cursor of the terminal. */
const harmless = (text: string): string =>
  text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

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
