import { expect, test } from 'vitest';
import { exclusionOf } from '../../../src/plan/exclude.ts';

test.each([
  [['node_modules'], 'node_modules/x/y.js', true],
  [['node_modules'], 'packages/a/node_modules', false],
  [['**/node_modules'], 'packages/a/node_modules/x', true],
  [['/dist/'], 'dist', true],
  [['./dist'], 'dist/a', true],
  [['*.log'], 'a.log', true],
  [['*.log'], 'logs/a.log', false],
  [['.git'], '.git/config', true],
  [['.git'], '.gitignore', false],
  [['*', '!src'], 'src/main.c', false],
  [['*', '!src'], 'doc/a.md', true],
  [['**', '!src/**'], 'src/a/b.c', false],
  [['src', '!src/keep', 'src/keep/not.c'], 'src/keep/not.c', true],
  [['src', '!src/keep', 'src/keep/not.c'], 'src/keep/a.c', false],
  [['a?c', '[x-z].md'], 'abc', true],
  [['a?c', '[x-z].md'], 'y.md', true],
  [['# a comment', '', '  '], 'a', false],
  [['{a,b}'], 'a', false],
])('%j says of %s: left out %s', (patterns, path, out) => {
  expect(exclusionOf(patterns).leavesOut(path)).toBe(out);
});

test('a folder is looked into only when something in it may be brought back', () => {
  expect(exclusionOf(['node_modules']).prunes('node_modules')).toBe(true);
  expect(exclusionOf(['node_modules', '!node_modules/x']).prunes('node_modules')).toBe(false);
});
