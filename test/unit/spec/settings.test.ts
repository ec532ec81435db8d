import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../../src/spec/settings.ts';

describe('a settings file', () => {
  test('holds texts, and lists as texts with commas', async () => {
    expect(await parseSettings('.runner.yaml', 'color: never\ngrace: 5s\ntimestamps: true\nallow: [socket, devices]\n')).toEqual({
      color: 'never',
      grace: '5s',
      timestamps: 'true',
      allow: 'socket,devices',
    });
    expect(await parseSettings('.runner.yaml', '# nothing yet\n')).toEqual({});
  });

  test.each([
    ['colour: never', '.runner.yaml: there is no setting colour', []],
    ['- color', '.runner.yaml: expected settings, one a line', []],
    ['color: "never', '.runner.yaml is not YAML', ['.runner.yaml:1:8  the quote that starts here does not end']],
    ['color: a\ncolor: b', '.runner.yaml is not YAML', ['.runner.yaml:2:1  color  stands here a second time; keep one of them']],
  ])('%j is none', async (text, message, detail) => {
    await expect(parseSettings('.runner.yaml', text)).rejects.toMatchObject({ code: 'usage.invalid', message, detail });
  });
});
