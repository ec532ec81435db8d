// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the texts that are interpolated
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interpolate, isScript } from '../../../src/spec/interpolate.ts';
import { load } from './support.ts';

const environment = { NAME: 'value', EMPTY: '', DOLLAR: '$' + '{NAME}' };
const textOf = (text: string): string => interpolate(text, environment).text;

describe('interpolation', () => {
  test.each([
    ['a ${NAME} b', 'a value b'],
    ['${NAME}${NAME}', 'valuevalue'],
    ['${EMPTY}', ''],
    ['${EMPTY:-default}', 'default'],
    ['${UNSET:-default}', 'default'],
    ['${UNSET:-}', ''],
    ['${UNSET:-a:-b?c}', 'a:-b?c'],
    ['${NAME:?must be set}', 'value'],
    ['$$', '$'],
    ['$${NAME}', '${NAME}'],
    ['$$$NAME', '$$NAME'],
    ['$NAME costs $5', '$NAME costs $5'],
    ['${DOLLAR}', '${NAME}'],
  ])('%s is %s', (written, read) => expect(interpolate(written, environment)).toEqual({ text: read, problems: [] }));

  test.each([
    ['${UNSET}', /UNSET, which is not set/],
    ['${UNSET:?say which}', /UNSET: say which/],
    ['${EMPTY:?say which}', /EMPTY: say which/],
    ['${toString}', /toString, which is not set/],
    ['${1X}', /which is not one of/],
    ['${NAME:+x}', /which is not one of/],
    ['${}', /which is not one of/],
    ['${NAME', /without its/],
    ['${UNSET:-${NAME}}', /cannot be nested/],
  ])('%s is a problem', (written, problem) => expect(interpolate(written, environment).problems).toEqual([expect.stringMatching(problem)]));

  test('a text without a dollar stays as it is, however often it is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('$'));
        expect(textOf(textOf(text))).toBe(text);
      }),
    );
  });

  test('it reads what a shell-like reader reads that goes letter by letter', () => {
    const piece = fc.constantFrom('$', '$$', '{', '}', '${', '${NAME}', '${EMPTY:-', ':-', ':?', '${UNSET:-x}', 'NAME', 'a', '\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const { problems, text: read } = interpolate(text, environment);
        const expected = letterByLetter(text);
        if (expected === undefined) expect(problems).not.toEqual([]);
        else expect({ read, problems }).toEqual({ read: expected, problems: [] });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('interpolation of a document', () => {
  test('never touches a script, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (noise) => {
        const script = `echo $$ \${UNSET} \${X:-y} ${noise.replaceAll('\0', '')}`;
        const steps = [script, { run: script }, { run: [script, script] }];
        const services = [{ name: 'db', image: 'a', ready: { run: script } }];
        const { spec } = await load(JSON.stringify({ image: 'a', steps, services }));
        expect(spec.steps.map(({ run }) => run)).toEqual([script, script, `${script}\n${script}`]);
        expect(spec.services[0]!.ready).toMatchObject({ run: script });
      }),
    );
  });

  test('leaves keys alone, and reaches every other value', async () => {
    const text = 'image: ${I}\nsteps: [{ run: x, env: { "${I}": "${I}", run: "${I}" }, name: "${N:-n}" }]';
    const { spec } = await load(text, { environment: { I: 'busybox' } });
    expect(spec.image).toBe('busybox');
    expect(spec.steps[0]).toMatchObject({ name: 'n', env: { '${I}': 'busybox', run: 'busybox' } });
  });

  test('a reference may stand where a number or a boolean is wanted', async () => {
    const text = 'image: a\nssh_agent: ${S}\nsteps: [{ run: x, retry: { max: "${N}" }, env: { N: "${N}" } }]';
    const { spec } = await load(text, { environment: { N: '2', S: 'true' } });
    expect(spec.sshAgent).toBe(true);
    expect(spec.steps[0]).toMatchObject({ retry: { max: 2 }, env: { N: '2' } });
  });

  test('what a step and a service run are scripts; an environment variable called run is none', () => {
    expect(
      [
        ['steps', 0],
        ['steps', 0, 'run'],
        ['steps', 0, 'run', 3],
        ['services', 0, 'ready', 'run'],
      ].every(isScript),
    ).toBe(true);
    expect([['steps', 0, 'env', 'run'], ['services', 0, 'env', 'run'], ['env', 'run'], ['name']].some(isScript)).toBe(false);
  });
});

/** A second reader of the same language; undefined where the text is not of it. */
function letterByLetter(text: string): string | undefined {
  let read = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith('$$', at)) {
      read += '$';
      at += 1;
    } else if (text.startsWith('${', at)) {
      const end = text.indexOf('}', at);
      const value = end < 0 ? undefined : reference(text.slice(at + 2, end));
      if (value === undefined) return undefined;
      read += value;
      at = end;
    } else read += text[at];
  }
  return read;
}

function reference(inside: string): string | undefined {
  const name = inside.split(':')[0]!;
  const rest = inside.slice(name.length);
  const value = name === 'NAME' ? 'value' : name === 'EMPTY' ? '' : undefined;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || rest.includes('${')) return undefined;
  if (rest === '') return value;
  if (rest.startsWith(':-')) return value || rest.slice(2);
  return rest.startsWith(':?') ? value || undefined : undefined;
}
