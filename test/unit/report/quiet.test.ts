import { expect, test } from 'vitest';
import { quietRenderer } from '../../../src/report/terminal/quiet.ts';
import { RecordedScreen } from './support/recorded-screen.ts';
import { begin, end, output, runEnd, started, stepReport, task } from './support/samples.ts';

const build = task('build');

test('nothing is said until the end, and then how it went, with the last lines of what failed', () => {
  const stderr = new RecordedScreen();
  const renderer = quietRenderer({ stderr, colour: false, closing: { folder: '/state/runs/1', advise: () => ({}) } });
  const failed = { status: 'failed', exit: { code: 3, oomKilled: false } } as const;
  for (const event of [started(build), begin(build), output(build, 'no such file\n'), end(build, failed)]) void renderer.on(event);
  expect(stderr.text()).toBe('');
  void renderer.on(runEnd({ status: 'failed', exitCode: 3, steps: [stepReport('build', failed)] }));
  expect(stderr.text()).toBe(`the last line of build:
  | no such file
failed: build exited with 3
exit 3 after 12.3 s (prepare 1.2 s, run 10.1 s, collect 0.0 s, clean up 1.0 s), leftovers 0
report in /state/runs/1
`);
});

test('a warning does not wait for the end', () => {
  const stderr = new RecordedScreen();
  void quietRenderer({ stderr, colour: false, closing: { folder: undefined, advise: () => ({}) } }).on({
    type: 'run.warning',
    text: 'careful',
  });
  expect(stderr.text()).toBe('warning: careful\n');
});
