import { spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

/** Run the tests and close with `N passed, N failed`, counted from the result file; whatever stops the run itself counts as a failure. */
const results = path.resolve(import.meta.dirname, '..', 'out', 'test-results.json');
await rm(results, { force: true });
const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...process.argv.slice(2)];
const { status } = spawnSync(path.resolve(import.meta.dirname, '..', 'node_modules/.bin/vitest'), args, {
  stdio: ['ignore', 'inherit', 'inherit'],
});
const counted = await readFile(results, 'utf8').then(
  (text) => JSON.parse(text) as { numPassedTests: number; numFailedTests: number; numFailedTestSuites: number },
  () => ({ numPassedTests: 0, numFailedTests: 1, numFailedTestSuites: 0 }),
);
const failed = Math.max(counted.numFailedTests, counted.numFailedTestSuites > 0 || status !== 0 ? 1 : 0);
process.stdout.write(`${counted.numPassedTests} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || counted.numPassedTests === 0 ? 1 : 0;
