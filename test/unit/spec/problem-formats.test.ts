import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../src/spec/problem.ts';
import { SpecProblems } from '../../../src/spec/problem.ts';
import { problemsAs } from '../../../src/spec/problem-formats.ts';

const at = (line: number, file = 'ci/runner.yaml') => ({ file, line, column: 3 });
const PROBLEM: Problem = { place: at(4), path: 'steps[0].script', message: 'is not a field', hint: 'did you mean `run`?' };
const OF_FLAG: Problem = { place: { file: '--set name', line: 0, column: 0 }, path: 'name', message: 'is 100%\nwrong' };

describe('problems', () => {
  test('are one line each for people, whatever the document has in it', () => {
    expect(problemsAs('text', [PROBLEM, OF_FLAG])).toBe(
      'ci/runner.yaml:4:3  steps[0].script  is not a field; did you mean `run`?\n--set name  name  is 100%\\u000awrong\n',
    );
    const long = problemsAs('text', [{ ...PROBLEM, message: `\u001b[2J${'x'.repeat(10_000)}` }]);
    expect(long).toMatch(/\\u001b\[2Jx+…\n$/);
    expect(long.length).toBeLessThan(600);
  });

  test('are data for scripts', () => expect(JSON.parse(problemsAs('json', [PROBLEM, OF_FLAG]))).toEqual({ problems: [PROBLEM, OF_FLAG] }));

  test('mark the lines on GitHub', () => {
    expect(problemsAs('github', [PROBLEM, { ...OF_FLAG, place: at(0, 'a,b:c') }])).toBe(
      '::error file=ci/runner.yaml,line=4,col=3::steps[0].script is not a field; did you mean `run`?\n::error file=a%2Cb%3Ac::name is 100%25%0Awrong\n',
    );
  });

  test('are a Code Quality report on GitLab, in which a problem is the same after it moved', () => {
    const [first, moved] = JSON.parse(problemsAs('gitlab', [PROBLEM, { ...PROBLEM, place: at(9) }]));
    expect(first).toMatchObject({ severity: 'major', location: { path: 'ci/runner.yaml', lines: { begin: 4 } } });
    expect(moved.fingerprint).toBe(first.fingerprint);
  });

  test('are nothing where there are none', () => expect(problemsAs('text', [])).toBe(''));

  test('fit on a screen of 24 lines with their summary, in the order of the document', () => {
    const error = new SpecProblems(Array.from({ length: 40 }, (_, index) => ({ ...PROBLEM, place: at(40 - index) })));
    expect([error.message, ...error.detail]).toHaveLength(24);
    expect(error.detail[0]).toContain('runner.yaml:1:3');
    expect(error.detail.at(-1)).toBe('… and 18 more');
    expect(error.at).toEqual(at(1));
  });
});
