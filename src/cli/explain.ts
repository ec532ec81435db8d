import { RunnerError } from '../errors.ts';
import { explainField, nearestField } from '../spec/explain.ts';
import { nearest } from '../spec/suggest.ts';
import { EXPLANATIONS, explainError } from './explain-error.ts';
import { parseFlags } from './flags.ts';
import type { Command } from './world.ts';

/** What a field of a spec is for, or what an error code means. Throws `usage.invalid` with the nearest that there is. */
export const explain: Command = async ({ stdout }, argv) => {
  const [word, ...more] = parseFlags('explain', {}, argv).positionals;
  if (word === undefined || more.length > 0)
    throw new RunnerError('usage.invalid', 'explain what?', {
      hint: 'Name a field, such as `runner explain steps.retry`, or an error, such as `runner explain image.missing`.',
    });
  const text = explainError(word) ?? explainField(word);
  if (text === undefined) throw unknown(word);
  await stdout.write(`${text}\n`);
  return 0;
};

function unknown(word: string): RunnerError {
  const near = nearest(word, Object.keys(EXPLANATIONS)) ?? nearestField(word);
  return new RunnerError('usage.invalid', `there is neither a field nor an error ${word}${near ? `; did you mean ${near}?` : ''}`, {
    hint: 'The fields are in `runner schema`; an error stands in brackets where it is shown.',
  });
}
