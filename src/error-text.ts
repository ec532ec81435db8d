import type { RunnerError } from './errors.ts';
import { coloursOf, printable } from './terminal-text.ts';

export interface ErrorTextOptions {
  readonly colour: boolean;
  /** `runner 0.1.0, Node 24.21.0, linux x64`: what a report about a defect of the runner should quote. */
  readonly about?: string;
}

/**
 * A RunnerError as what, where, why and what to try, one line each, for people. Never a stack trace.
 *
 * The words may come from a document, a daemon or a tool: their control characters are taken out.
 */
export function errorLines(error: RunnerError, { colour, about }: ErrorTextOptions): readonly string[] {
  const { bold, red, dim } = coloursOf(colour);
  const [what = '', ...more] = printableLines(error.message);
  // A flag has no lines.
  const place = error.at && (error.at.line === 0 ? error.at.file : `${error.at.file}:${error.at.line}:${error.at.column}`);
  const why = [...more, ...error.detail.flatMap(printableLines)];
  const attempts = printableLines(error.hint ?? '').filter((line) => line !== '');
  return [
    `${bold(red('error:'))} ${bold(what)} ${dim(`[${error.code}]`)}`,
    ...(place === undefined ? [] : [`  at ${printable(place)}`]),
    ...why.map((line) => `  ${line}`),
    ...attempts.map((line, index) => (index === 0 ? `  ${bold('try:')} ${line}` : `       ${line}`)),
    ...(error.code === 'runner.bug' && about !== undefined ? [`  version: ${about}`] : []),
  ];
}

/** `errorLines` as one text that ends with a newline. */
export const errorText = (error: RunnerError, options: ErrorTextOptions): string =>
  errorLines(error, options)
    .map((line) => `${line}\n`)
    .join('');

const printableLines = (text: string): readonly string[] => text.split(/\r?\n/).map(printable);
