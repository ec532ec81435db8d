import { getBuiltinModule } from 'node:process';
import type { Problem } from './problem.ts';
import { problemLines } from './problem-text.ts';

export const PROBLEM_FORMATS = ['text', 'json', 'github', 'gitlab'] as const;
export type ProblemFormat = (typeof PROBLEM_FORMATS)[number];

/**
 * Problems for those who read them: `text` for people, as many as fit on a screen, `json` for scripts, `github` as workflow commands that mark
 * the lines, `gitlab` as a Code Quality report. Ends with a newline unless it is empty.
 */
export function problemsAs(format: ProblemFormat, problems: readonly Problem[]): string {
  switch (format) {
    case 'text':
      return lines(problemLines(problems));
    case 'json':
      return lines([JSON.stringify({ problems }, null, 2)]);
    case 'github':
      return lines(problems.map(workflowCommand));
    case 'gitlab':
      return lines([JSON.stringify(problems.map(codeQuality), null, 2)]);
  }
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

/** `::error file=…,line=…,col=…::message`, with what the syntax needs escaped. */
function workflowCommand(problem: Problem): string {
  const { file, line, column } = problem.place;
  const position = line === 0 ? [] : [`line=${line}`, `col=${column}`];
  return `::error ${[`file=${escaped(file).replaceAll(':', '%3A').replaceAll(',', '%2C')}`, ...position].join(',')}::${escaped(sentence(problem))}`;
}

const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** https://docs.gitlab.com/ci/testing/code_quality: the fingerprint tells a problem apart from others and must not depend on its line. */
function codeQuality(problem: Problem): object {
  const { file, line } = problem.place;
  const description = sentence(problem);
  return {
    description,
    check_name: 'runner-spec',
    fingerprint: getBuiltinModule('node:crypto').createHash('sha256').update(`${file}\n${description}`).digest('hex'),
    severity: 'major',
    location: { path: file, lines: { begin: Math.max(line, 1) } },
  };
}

const sentence = ({ path, message, hint }: Problem): string =>
  [path, hint === undefined ? message : `${message}; ${hint}`].filter((part) => part !== '').join(' ');
