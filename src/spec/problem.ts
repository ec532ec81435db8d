import { type Place, RunnerError } from '../errors.ts';
import { problemLines, summaryOf } from './problem-text.ts';

/** One thing that is wrong with the user's document. `line` 0 in `place`: the file as a whole, or a flag of the command line. */
export interface Problem {
  readonly place: Place;
  /** `steps[0].run`; empty for the document as a whole. */
  readonly path: string;
  /** What is wrong, as the rest of a sentence that starts with the path. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}

/** Everything that is wrong with the user's document, at once and in the order of the document. */
export class SpecProblems extends RunnerError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const inOrder = problems.toSorted(byPlace);
    super('spec.invalid', summaryOf(inOrder), { detail: problemLines(inOrder), ...(inOrder[0] ? { at: inOrder[0].place } : {}) });
    this.problems = inOrder;
  }
}

/** Problems of the first file named come first: an env file's follow the document's. Sorting is stable. */
function byPlace(a: Problem, b: Problem): number {
  if (a.place.file !== b.place.file) return 0;
  return a.place.line - b.place.line || a.place.column - b.place.column;
}
