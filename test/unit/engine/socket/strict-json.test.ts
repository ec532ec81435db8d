import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEmpty, parseObject } from '../../../../src/engine/socket/strict-json.ts';

describe('a strict reader of JSON', () => {
  test('reads what JSON.parse reads', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }));
    fc.assert(
      fc.property(object, (value) => {
        expect(JSON.stringify(parseObject(JSON.stringify(value)))).toBe(JSON.stringify(value));
      }),
    );
  });

  test('reads nothing that JSON.parse does not', () => {
    const text = fc.stringMatching(/^[{}[\]",:0-9a-z\\ .+-]{0,40}$/);
    fc.assert(
      fc.property(text, (spoilt) => {
        let read = false;
        try {
          parseObject(spoilt);
          read = true;
        } catch {}
        if (read) expect(() => JSON.parse(spoilt) as unknown).not.toThrow();
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['a key twice', '{"a":1,"a":2}'],
    ['a key twice, once spelt otherwise', '{"a":1,"\\u0061":2}'],
    ['a key twice further in', '{"x":[{"a":1,"a":1}]}'],
    ['text after the end', '{} {}'],
    ['a torn text', '{"a":'],
    ['a list', '[]'],
    ['nothing', ''],
    ['a byte order mark', '\uFEFF{}'],
    ['a comment', '{/**/}'],
    ['a number that is none', '{"a":01}'],
    ['a raw line end in a text', '{"a":"\n"}'],
    ['65 levels', `{"a":${'['.repeat(65)}${']'.repeat(65)}}`],
  ])('refuses %s', (_, text) => expect(() => parseObject(text)).toThrow());

  test('keeps every digit of a whole number', () => {
    const text = '{"Hard":9223372036854775807}';
    expect(JSON.stringify(parseObject(text))).toBe(text);
    expect(isEmpty(parseObject(text)['Hard'])).toBe(false);
  });

  test('does not mistake a key for a part of the language', () => {
    expect(Object.keys(parseObject('{"__proto__":{"a":1}}'))).toEqual(['__proto__']);
  });
});
