import { describe, expect, test } from 'vitest';
import { parseEnvFile } from '../../../src/spec/env-file.ts';
import { parseSet } from '../../../src/spec/overrides.ts';
import { load, problemsIn } from './support.ts';

describe('an env file', () => {
  test.each([
    ['A=1', '1'],
    ['export A=1', '1'],
    ['  A = spaces around  ', 'spaces around'],
    ['A=', ''],
    ['A=x=y', 'x=y'],
    ['A=value # a comment', 'value'],
    ['A=value#none', 'value#none'],
    ["A='as $is \\n'", 'as $is \\n'],
    ['A="line\\nbreak \\"quoted\\" \\\\" # comment', 'line\nbreak "quoted" \\'],
    ['A="# none"', '# none'],
    ["A=it's", "it's"],
  ])('%s', (line, value) => expect(parseEnvFile('.env', line)).toEqual({ env: { A: value }, problems: [] }));

  test('may have comments, empty lines, a BOM and Windows line ends; the last of two values wins', () => {
    const text = '\uFEFF# first\r\n\r\nA=1\r\nA=2\r\n   # last\r\n';
    expect(parseEnvFile('.env', text)).toEqual({ env: { A: '2' }, problems: [] });
  });

  test('gets a problem for every bad line', () => {
    const { problems } = parseEnvFile('.env', 'A=1\nnonsense\nB="open\n__proto__=x\nRUNNER=1\nC="a" b');
    expect(problems.map(({ place }) => place.line)).toEqual([2, 3, 4, 5, 6]);
  });
});

describe('where a variable comes from', () => {
  const files: Record<string, string> = { '/project/a.env': 'A=file\nB=file\nC=file\nD=file', '/cli.env': 'C=cli-file\nD=cli-file' };
  const readFile = async (path: string) => (path in files ? Buffer.from(files[path]!) : undefined);

  test('the later source wins: env_file, env, --env-file, -e', async () => {
    const text = 'image: a\nsteps: [x]\nenv_file: a.env\nenv: { B: document, C: document, D: document }';
    const { spec } = await load(text, { readFile, envFiles: ['/cli.env'], env: { D: 'flag' } });
    expect(spec.env).toEqual({ A: 'file', B: 'document', C: 'cli-file', D: 'flag' });
  });

  test('a file that a flag names and that does not exist is a problem of the flag', async () => {
    expect(await problemsIn('image: a\nsteps: [x]', { envFiles: ['/no.env'] })).toEqual(['--env-file  /no.env does not exist']);
  });
});

describe('--set', () => {
  const set = (...written: string[]) => ({ set: written.map((text) => parseSet(text)!) });
  const text = 'image: a\ntimeout: 5m\nsteps:\n  - run: make\n';

  test('replaces and adds values, which are YAML and not interpolated', async () => {
    const { spec } = await load(
      text,
      set('timeout=9m', 'env.A="$' + '{X}"', 'steps[0].name=build', 'steps.1.run=test', 'docker={ init: false }'),
    );
    expect(spec).toMatchObject({ timeoutMs: 540_000, env: { A: '$' + '{X}' }, docker: { init: false } });
    expect(spec.steps).toMatchObject([{ name: 'build', run: 'make' }, { run: 'test' }]);
  });

  test('names itself where the value is wrong, and not where the document is', async () => {
    expect(await problemsIn(`${text}name: A B\n`, set('timeout=soon', 'env.V=3.10'))).toEqual([
      'runner.yaml:5:7  name  is not a name of 1 to 40 characters from a-z, 0-9 and -',
      '--set timeout  timeout  is not a duration; write one such as 90s, 15m or 2h',
      '--set env.V  env.V  is a number where a text is needed; quote it: "3.10"',
    ]);
  });

  test('says what does not fit', async () => {
    expect(await problemsIn(text, set('image.tag=x', 'steps[4].run=x', 'timeout[0]=x', 'name=[', 'env.__proto__.x=1'))).toEqual([
      '--set image.tag  `tag` is set in something that is no mapping',
      '--set steps[4].run  entry 4 is beyond the end of a list of 1',
      '--set timeout[0]  entry 0 is set in something that is no list',
      '--set name  the value is not valid YAML; quote it',
      '--set env.__proto__.x  `__proto__` is a name that cannot be a key',
    ]);
  });

  test.each(['novalue', '=x', 'a..b=x', ''])('%j is no assignment', (written) => expect(parseSet(written)).toBeUndefined());
});
