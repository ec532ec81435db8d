import { expect, test } from 'vitest';
import { chooseDisplay, type Display, type DisplayRequest } from '../../../src/report/terminal/choose.ts';
import type { Env } from '../../../src/spec/spec.ts';

interface Facts {
  readonly env: Env;
  readonly stdoutIsTTY: boolean;
  readonly stderrIsTTY: boolean;
  readonly columns: number;
}

const ASK_NOTHING = { progress: undefined, quiet: false, verbose: false, color: undefined, group: undefined, timestamps: false };

function showing(request: Partial<DisplayRequest>, facts: Partial<Facts>): Display {
  const { env, stdoutIsTTY, stderrIsTTY, columns } = {
    env: { TERM: 'xterm' },
    stdoutIsTTY: true,
    stderrIsTTY: true,
    columns: 80,
    ...facts,
  };
  const screens = { stdout: { isTTY: stdoutIsTTY }, stderr: { isTTY: stderrIsTTY, columns } };
  return chooseDisplay({ request: { ...ASK_NOTHING, ...request }, environment: env, ...screens });
}

test.each<[string, Partial<DisplayRequest>, Partial<Facts>, string]>([
  ['a terminal gets the tree', {}, {}, 'tty'],
  ['a pipe gets plain lines', {}, { stdoutIsTTY: false }, 'plain'],
  ['a log file on standard error gets plain lines', {}, { stderrIsTTY: false }, 'plain'],
  ['CI gets plain lines, also on a terminal', {}, { env: { CI: 'true' } }, 'plain'],
  ['CI=false is no CI', {}, { env: { CI: 'false' } }, 'tty'],
  ['a dumb terminal gets plain lines', {}, { env: { TERM: 'dumb' } }, 'plain'],
  ['a narrow terminal gets plain lines', {}, { columns: 19 }, 'plain'],
  ['a terminal that does not know its width gets the tree', {}, { columns: 0 }, 'tty'],
  ['the tree can be asked for in CI', { progress: 'tty' }, { env: { CI: '1' } }, 'tty'],
  ['a tree that is asked for still needs a terminal', { progress: 'tty' }, { stderrIsTTY: false }, 'plain'],
  ['-q is quiet', { quiet: true }, {}, 'quiet'],
  ['what is asked for by name wins over -q', { quiet: true, progress: 'json' }, {}, 'json'],
  ['plain can be asked for on a terminal', { progress: 'plain' }, {}, 'plain'],
])('%s', (_, flags, facts, renderer) => {
  expect(showing(flags, facts).renderer).toBe(renderer);
});

test.each<[string, Partial<DisplayRequest>, Partial<Facts>, boolean]>([
  ['a terminal is coloured', {}, {}, true],
  ['a pipe is not', {}, { stderrIsTTY: false }, false],
  ['NO_COLOR is obeyed', {}, { env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
  ['an empty NO_COLOR says nothing', {}, { env: { NO_COLOR: '' } }, true],
  ['FORCE_COLOR colours a pipe', {}, { stderrIsTTY: false, env: { FORCE_COLOR: '1' } }, true],
  ['FORCE_COLOR=0 takes the colour away', {}, { env: { FORCE_COLOR: '0' } }, false],
  ['the log of GitLab is coloured', {}, { stderrIsTTY: false, env: { GITLAB_CI: 'true' } }, true],
  ['a flag wins over the environment', { color: 'always' }, { env: { NO_COLOR: '1' } }, true],
  ['a flag wins over a terminal', { color: 'never' }, {}, false],
])('%s', (_, flags, facts, colour) => {
  expect(showing(flags, facts).colour).toBe(colour);
});

test.each<[Partial<DisplayRequest>, Record<string, string>, string]>([
  [{}, { GITLAB_CI: 'true' }, 'gitlab'],
  [{}, { GITHUB_ACTIONS: 'true' }, 'github'],
  [{}, { CI: 'true' }, 'none'],
  [{ group: 'none' }, { GITLAB_CI: 'true' }, 'none'],
  [{ group: 'github' }, {}, 'github'],
])('%o in %o folds for %s', (flags, env, group) => {
  expect(showing(flags, { env }).group).toBe(group);
});

test('a word that is none of the choices is refused with the choices', () => {
  expect(() => showing({ progress: 'fancy' }, {})).toThrow(
    expect.objectContaining({ code: 'usage.invalid', hint: 'Use one of auto, tty, plain, json, quiet.' }),
  );
});
