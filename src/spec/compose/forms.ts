import * as v from 'valibot';
import { byShape, list, mapOf, type Schema, text } from '../kinds.ts';
import type { Variables } from './model.ts';
import { wordsOf } from './words.ts';

const scalar: Schema<string | undefined> = byShape<string | undefined>('A value.', 'a text or a number', {
  text: v.pipe(v.string('a text'), v.description('A text.')),
  number: v.pipe(v.number(), v.description('A number.'), v.transform(String)),
  empty: v.pipe(
    v.null(),
    v.description('As in the environment of the runner.'),
    v.transform(() => undefined),
  ),
});

/** Names and values, as a mapping or as a list of assignments. */
export const variables = (about: string): Schema<Variables> =>
  byShape<Variables>(about, 'a mapping or a list of NAME=value', {
    mapping: mapOf('By name.', text('A name.'), scalar),
    list: v.pipe(
      list('NAME=value, or NAME alone.', text('An entry.')),
      v.transform((entries) => Object.fromEntries(entries.map(assignment))),
    ),
  });

/** A command, as words or as a text that is split into them. */
export const words = (about: string): Schema<string[] | undefined> =>
  byShape<string[] | undefined>(about, 'a text or a list', {
    text: v.pipe(
      v.string(),
      v.description('Split into words as a shell does.'),
      v.check((written) => wordsOf(written) !== undefined, 'has a quote that does not end'),
      v.transform((written) => wordsOf(written)),
    ),
    list: list('Words.', v.pipe(v.string('a text'), v.description('A word.'))),
    empty: v.pipe(
      v.null(),
      v.description('As the image has it.'),
      v.transform(() => undefined),
    ),
  });

/** One text, or several. */
export const texts = (about: string): Schema<string[]> =>
  byShape<string[]>(about, 'a text or a list', {
    text: v.pipe(
      text(about),
      v.transform((only) => [only]),
    ),
    list: list(about, text('An entry.')),
  });

/** `NAME=value`, or `NAME` for a value that the runner's own environment has. */
function assignment(entry: string): readonly [string, string | undefined] {
  const equals = entry.indexOf('=');
  return equals < 0 ? [entry, undefined] : [entry.slice(0, equals), entry.slice(equals + 1)];
}
