import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunnerError } from '../../../src/errors.ts';
import type { RunEvent } from '../../../src/report/events.ts';
import { type TreeOptions, treeRenderer } from '../../../src/report/terminal/tty.ts';
import { begin, end, network, output, runEnd, started, stepReport, task } from './support/samples.ts';
import { Terminal } from './support/terminal.ts';

beforeEach(() => vi.useFakeTimers({ now: Date.UTC(2026, 0, 2, 3, 4, 5) }));
afterEach(() => vi.useRealTimers());

const build = task('build');
const unit = task('unit-test');
const failed = { status: 'failed', exit: { code: 2, oomKilled: false } } as const;

function open(terminal: Terminal = new Terminal(60, 24), more: Partial<TreeOptions> = {}) {
  const closing = { folder: '/state/runs/1', advise: () => ({}) };
  const renderer = treeRenderer({ stderr: terminal, colour: false, verbose: false, closing, now: Date.now, ...more });
  const show = (...events: readonly RunEvent[]): void => {
    for (const event of events) void renderer.on(event);
  };
  const after = (ms: number): string => {
    vi.advanceTimersByTime(ms);
    return terminal.text();
  };
  return { terminal, renderer, show, after };
}

test('a tree shows what runs, since when, its last lines, and what is to come', () => {
  const { show, after } = open();
  show(started(network, build, unit), { type: 'phase.started', phase: 'prepare' }, begin(network));
  show({ type: 'step.progress', step: network, text: 'looking for a subnet' });
  expect(after(200)).toBe(`▸ net 0.2 s  looking for a subnet
· build
· unit-test
demo (serial): prepare, 0.2 s
`);
  show(end(network, { durationMs: 200 }), { type: 'phase.started', phase: 'run' }, begin(build), output(build, 'cc a.c\ncc b'));
  expect(after(100)).toBe(`▸ build 0.1 s
  │ cc a.c
  │ cc b
· unit-test
demo (serial): run, 0.3 s
`);
});

test('a step that has ended stays above the tree with all it said, and the run closes with its summary', () => {
  const { show, after } = open();
  show(started(build, unit), { type: 'phase.started', phase: 'run' }, begin(build), output(build, 'cc a.c\r\n10%\r99%\n'));
  after(100);
  show(end(build), begin(unit), output(unit, 'not ok 1\n'));
  expect(after(100)).toBe(`✓ build passed (3.2 s)
  │ cc a.c
  │ 99%
▸ unit-test 0.1 s
  │ not ok 1
demo (serial): run, 0.2 s
`);
  show(end(unit, failed), runEnd({ status: 'failed', exitCode: 2, steps: [stepReport('build'), stepReport('unit-test', failed)] }));
  expect(after(0)).toBe(`✓ build passed (3.2 s)
  │ cc a.c
  │ 99%
✗ unit-test exited with 2 (3.2 s)
  │ not ok 1
the last line of unit-test:
  | not ok 1
failed: unit-test exited with 2
exit 2 after 12.3 s (prepare 1.2 s, run 10.1 s, collect 0.0 
s, clean up 1.0 s), leftovers 0
report in /state/runs/1
`);
  expect(vi.getTimerCount()).toBe(0);
});

test('a frame in which nothing has changed is not drawn, and one row that changed is drawn alone', () => {
  const { terminal, show, after } = open();
  show(started(build, unit), begin(build));
  after(61_000);
  const drawn = terminal.writes.length;
  after(700);
  expect(terminal.writes.length - drawn).toBeLessThanOrEqual(1);
  show(output(build, 'x'));
  after(100);
  expect(terminal.writes.at(-1)).toBe('\r\u001b[2A\u001b[J  │ x\n· unit-test\ndemo (serial): prepare, 1m 02s\n');
});

test('however much happens, there are ten frames a second at most', () => {
  const { terminal, show } = open();
  show(started(build), begin(build));
  for (let count = 0; count < 1_000; count += 1) {
    show(output(build, `${count}\n`));
    vi.advanceTimersByTime(1);
  }
  expect(terminal.writes.length).toBeLessThanOrEqual(10);
});

test('on a low terminal the tree leaves out lines and steps rather than scroll', () => {
  const { show, after } = open(new Terminal(60, 4));
  show(started(build, unit, task('a'), task('b')), begin(build), output(build, 'one\ntwo\nthree\n'));
  expect(after(100)).toBe('▸ build 0.1 s\n· 3 more\ndemo (serial): prepare, 0.1 s\n');
});

test('on a narrow terminal rows are cut, also between characters that take two columns', async () => {
  const { show, after } = open(new Terminal(20, 24));
  show(started(build), begin(build), output(build, '漢字漢字漢字漢字漢字漢字漢字\n'));
  vi.advanceTimersByTime(100);
  await vi.dynamicImportSettled();
  expect(after(100)).toBe('▸ build 0.2 s\n  │ 漢字漢字漢字漢…\ndemo (serial): pre…\n');
});

test.each([0, undefined])('a terminal whose size is %s is taken for a usual one', (size) => {
  const { show, after } = open(new Terminal(size, size));
  show(started(build), begin(build), output(build, `${'x'.repeat(100)}\n`));
  expect(after(100)).toBe(`▸ build 0.1 s\n  │ ${'x'.repeat(74)}…\ndemo (serial): prepare, 0.1 s\n`);
});

test('the rows of a terminal that became narrower have wrapped, and all of them are redrawn', () => {
  const { terminal, show, after } = open(new Terminal(40, 24));
  show(started(build), begin(build), output(build, `${'x'.repeat(36)}\n`));
  after(100);
  terminal.narrow(30);
  expect(after(100)).toBe(`▸ build 0.2 s\n  │ ${'x'.repeat(24)}…\ndemo (serial): prepare, 0.2 s\n`);
});

test('escape sequences of a step move no cursor; its colours stay where colours are wanted', () => {
  const bad = '\u001b[2J\u001b[31mred\u001b[0m\u0007 \u001b]0;title\u0007end\n';
  const plain = open();
  plain.show(started(build), begin(build), output(build, bad), end(build));
  expect(plain.after(100)).toContain('  │ red end\n');
  const coloured = open(new Terminal(60, 24), { colour: true });
  coloured.show(started(build), begin(build), output(build, bad), end(build));
  coloured.after(100);
  expect(coloured.terminal.writes.at(-1)).toContain('\u001b[31mred\u001b[0m end\u001b[0m\n');
});

test('of a flood the last 64 KiB stay on the screen, and it says so', () => {
  const { show, after } = open();
  show(started(build), begin(build), output(build, `${'x'.repeat(50)}\n`.repeat(10_000)), end(build));
  const lines = after(100).split('\n');
  expect(lines.slice(0, 2)).toEqual(['✓ build passed (3.2 s)', '  │ … the beginning is in the log']);
  expect(lines.length).toBeLessThan(1_400);
});

test('what an earlier attempt said is kept apart from the next', () => {
  const { show, after } = open();
  show(started(build), begin(build), output(build, 'flaky\n'), begin(build, 2), output(build, 'good\n'), end(build));
  expect(after(100)).toBe(`build starts again (attempt 2) after
  │ flaky
✓ build passed (3.2 s)
  │ good
demo (serial): prepare, 0.1 s
`);
});

test('quick preparations leave no trace; an interrupt, a warning and a failed removal do', () => {
  const { show, after } = open();
  const error = new RunnerError('docker.gone', 'the daemon went away');
  show(started(network, build), begin(network), end(network, { durationMs: 30 }));
  show({ type: 'run.interrupted', signal: 'SIGINT', count: 2 }, { type: 'run.warning', text: 'careful' });
  show({ type: 'cleanup.ended', result: { resource: { kind: 'container', name: 'c' }, ok: false, durationMs: 1, error } });
  expect(after(100)).toBe(`SIGINT: killing the steps and cleaning up with force
warning: careful
could not remove container c: the daemon went away
· build
demo (serial): prepare, 0.1 s
`);
});

test('closing in the middle of a run leaves no tree behind', async () => {
  const { show, after, renderer } = open();
  show(started(build), begin(build), output(build, 'x\n'));
  after(100);
  await renderer.close();
  expect(after(1_000)).toBe('');
  expect(vi.getTimerCount()).toBe(0);
});
