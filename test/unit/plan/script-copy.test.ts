import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { exclusionOf } from '../../../src/plan/exclude.ts';
import { copyLines } from '../../../src/plan/script-copy.ts';

const FILES = ['a.log', 'b/a.log', 'b/c/a.log', 'node_modules/x', 'b/node_modules/x', 'b/c/keep', 'it is', 'out/x/y'];

test.each([[['*.log']], [['**/*.log', 'node_modules/']], [['**/node_modules', './out']], [['b/*/keep', 'it is']], [['b/**']]])(
  'what %j leaves out is left out by hand as well',
  (exclude) => {
    const [from, to] = [mkdtempSync(path.join(tmpdir(), 'copy-from-')), mkdtempSync(path.join(tmpdir(), 'copy-to-'))];
    onTestFinished(() => [from, to].forEach((one) => void rmSync(one, { recursive: true })));
    for (const file of FILES) {
      mkdirSync(path.dirname(path.join(from, file)), { recursive: true });
      writeFileSync(path.join(from, file), file);
    }
    const [line] = copyLines(from, exclude, `tar -C ${to} -xf -`);
    execFileSync('sh', ['-c', line!]);
    const copied = globSync('**/*', { cwd: to, exclude: () => false }).filter((file) => FILES.includes(file));
    const exclusion = exclusionOf(exclude);
    expect(copied.toSorted()).toEqual(FILES.filter((file) => !exclusion.leavesOut(file)).toSorted());
  },
);

test('what a pattern would bring back is said, for tar can’t', () => {
  expect(copyLines('/w', ['out', '!out/keep'], 'cat')[0]).toBe('# tar can’t bring back what !out/keep would'.replace('’', "'"));
});
