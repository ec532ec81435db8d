import { type RunnerError, toRunnerError } from '../errors.ts';
import { type Problem, SpecProblems } from '../spec/problem.ts';
import { PROBLEM_FORMATS, problemsAs } from '../spec/problem-formats.ts';
import { specRequest } from './exec-flags.ts';
import { oneOf, parseFlags, textOf } from './flags.ts';
import { loadDocument } from './load-document.ts';
import type { Command } from './world.ts';

/** Check specs, all of them, and say everything that is wrong. Exit code 2 when anything is. */
export const validate: Command = async (world, argv) => {
  const parsed = parseFlags('validate', { format: { type: 'string' } }, argv);
  const format = oneOf('--format', textOf(parsed, 'format'), PROBLEM_FORMATS) ?? 'text';
  const files = parsed.positionals.length > 0 ? parsed.positionals : ['./runner.yaml'];
  const found: Problem[] = [];
  for (const file of files) {
    const request = specRequest({ values: {}, positionals: [file] });
    const problems = await loadDocument(world, request).then(() => [], problemsOf(file));
    if (problems.length === 0 && format === 'text') await world.stdout.write(`${file}: valid\n`);
    found.push(...problems);
  }
  await world.stdout.write(problemsAs(format, found));
  return found.length > 0 ? 2 : 0;
};

const problemsOf =
  (file: string) =>
  (thrown: unknown): readonly Problem[] => {
    if (thrown instanceof SpecProblems) return thrown.problems;
    const error: RunnerError = toRunnerError(thrown);
    if (error.code !== 'spec.invalid') throw error;
    return [{ place: error.at ?? { file, line: 0, column: 0 }, path: '', message: error.message }];
  };
