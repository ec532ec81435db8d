import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formsOf } from '../../../src/report/mask/forms.ts';
import { type Masker, maskerOf } from '../../../src/report/masker.ts';
import { referenceMask } from './support/reference-mask.ts';

/** Few letters, so that secrets overlap, repeat and nearly begin all the time. */
const letters = (least: number, most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n', "'"), minLength: least, maxLength: most });

const secrets = fc.array(letters(1, 9), { minLength: 1, maxLength: 3 });

/** A text that holds secrets and their forms, whole and cut, among other letters. */
const piece = (forms: readonly Buffer[]): fc.Arbitrary<Buffer> =>
  fc.oneof(
    letters(0, 5).map((text) => Buffer.from(text)),
    fc.tuple(fc.nat(), fc.nat()).map(([which, cut]) => {
      const form = forms[which % Math.max(1, forms.length)] ?? Buffer.of();
      return cut % 3 === 0 ? form.subarray(cut % (form.length + 1)) : form;
    }),
  );

function streamed(masker: Masker, text: Buffer, sizes: readonly number[]): Buffer {
  const stream = masker.createStream();
  const shown: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    shown.push(stream.push(text.subarray(at, at + size)));
    at += size;
  }
  return Buffer.concat([...shown, stream.push(text.subarray(at)), stream.flush()]);
}

const GROUPS = 1_000;
const CASES_IN_A_GROUP = 100;

/** 100,000 cases: building a masker is the slow part, so each is asked a hundred times. */
test('whatever the secrets and wherever the chunks are cut, the stream shows what the whole would show', () => {
  const cut = fc.array(fc.nat({ max: 12 }), { maxLength: 12 });
  fc.assert(
    fc.property(secrets, fc.integer(), (values, seed) => {
      const forms = values.flatMap((value) => formsOf(Buffer.from(value)));
      const masker = maskerOf(values.map((value, index) => ({ name: `S${index}`, value: Buffer.from(value) })));
      const cases = fc.sample(fc.tuple(fc.array(piece(forms), { maxLength: 5 }), cut), { numRuns: CASES_IN_A_GROUP, seed });
      for (const [pieces, sizes] of cases) {
        const text = Buffer.concat(pieces);
        const shown = streamed(masker, text, sizes);
        if (!shown.equals(referenceMask(text, forms))) {
          expect({ text: text.toString('latin1'), sizes, shown: shown.toString('latin1') }).toEqual(
            referenceMask(text, forms).toString('latin1'),
          );
        }
      }
    }),
    { numRuns: GROUPS },
  );
}, 60_000);
