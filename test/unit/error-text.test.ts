import { expect, test } from 'vitest';
import { errorText } from '../../src/error-text.ts';
import { RunnerError, toRunnerError } from '../../src/errors.ts';

const about = 'runner 0.1.0, Node 24.21.0, linux x64';

test('an error says what, where, why and what to try, one line each', () => {
  const error = new RunnerError('policy.refused', 'privileged containers are not allowed here', {
    at: { file: 'ci.yaml', line: 12, column: 3 },
    detail: ['docker.privileged makes the steps root on this machine', 'the policy is /etc/runner/policy.yaml'],
    hint: 'Run with `--allow privileged`.',
  });
  expect(errorText(error, { colour: false, about })).toBe(`error: privileged containers are not allowed here [policy.refused]
  at ci.yaml:12:3
  docker.privileged makes the steps root on this machine
  the policy is /etc/runner/policy.yaml
  try: Run with \`--allow privileged\`.
`);
});

test('an error without place, detail and hint is one line', () => {
  expect(errorText(new RunnerError('docker.gone', 'the daemon went away'), { colour: false })).toBe(
    'error: the daemon went away [docker.gone]\n',
  );
});

test('a defect of the runner asks for a report, names the version and shows no stack', () => {
  const text = errorText(toRunnerError(new TypeError('x is undefined')), { colour: false, about });
  expect(text).toContain('error: x is undefined [runner.bug]\n');
  expect(text).toContain('try: This is a defect in the runner: please report it');
  expect(text).toContain(`version: ${about}\n`);
  expect(text).not.toMatch(/^\s+at .*\(/m);
});

test('lines after the first are set in, and control characters of strangers are taken out', () => {
  const error = new RunnerError('docker.failed', 'first\nsecond\u001b[2J', { detail: ['a\tb\u0007\nc'], hint: 'one\ntwo' });
  expect(errorText(error, { colour: false })).toBe('error: first [docker.failed]\n  second\n  a b\n  c\n  try: one\n       two\n');
});

test('in colour the words are the same', () => {
  const error = new RunnerError('docker.gone', 'the daemon went away', { hint: 'Start it.' });
  const painted = errorText(error, { colour: true });
  expect(painted).toContain('\u001b[31m');
  expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(errorText(error, { colour: false }));
});
