import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../../src/report/events.ts';
import { type PlainOptions, plainRenderer } from '../../../src/report/terminal/plain.ts';
import { RecordedScreen } from './support/recorded-screen.ts';
import { begin, end, network, output, runEnd, started, task } from './support/samples.ts';

beforeEach(() => vi.useFakeTimers({ now: Date.UTC(2026, 0, 2, 3, 4, 5) }));
afterEach(() => vi.useRealTimers());

const build = task('build');

function open(more: Partial<PlainOptions> = {}) {
  const shared: Buffer[] = [];
  const stdout = new RecordedScreen({ shared });
  const closing = { folder: undefined, advise: () => ({}) };
  const renderer = plainRenderer({
    ...{ stdout, stderr: stdout, colour: false, verbose: false, timestamps: false, group: 'none', closing, now: Date.now },
    ...more,
  });
  const show = (...events: readonly RunEvent[]): void => {
    for (const event of events) void renderer.on(event);
  };
  const said = (): readonly string[] => {
    const lines = stdout.text().split('\n').slice(0, -1);
    shared.length = 0;
    return lines;
  };
  return { show, said, renderer };
}

test('a silent run says every now and then, and ever less often, what is running', () => {
  const { show, said } = open();
  show(started(build), begin(build));
  said();
  vi.advanceTimersByTime(9_000);
  expect(said()).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(said()).toEqual(['runner: still running build (10.0 s)']);
  vi.advanceTimersByTime(150_000);
  expect(said()).toEqual(['30.0 s', '1m 10s', '2m 10s'].map((time) => `runner: still running build (${time})`));
});

test('output starts the silence anew', () => {
  const { show, said } = open();
  show(started(build), begin(build));
  vi.advanceTimersByTime(8_000);
  show(output(build, 'alive\n'));
  said();
  vi.advanceTimersByTime(9_000);
  expect(said()).toEqual([]);
  vi.advanceTimersByTime(2_000);
  expect(said()).toEqual(['runner: still running build (18.0 s)']);
});

test('nothing beats once the run is over or nothing is under way', () => {
  const { show, said, renderer } = open();
  show(started(build), begin(build), end(build));
  said();
  vi.advanceTimersByTime(60_000);
  expect(said()).toEqual([]);
  show(runEnd());
  void renderer.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('progress is shown of what takes more than two seconds, at most every five', () => {
  const { show, said } = open();
  const progress = (text: string): void => show({ type: 'step.progress', step: network, text });
  show(started(network, build), begin(network));
  said();
  progress('layer 1');
  vi.advanceTimersByTime(2_000);
  progress('layer 2');
  progress('layer 3');
  vi.advanceTimersByTime(5_000);
  progress('layer 4');
  expect(said()).toEqual(['runner: net: layer 2', 'runner: net: layer 4']);
});

test('phases and steps fold as sections of GitLab', () => {
  const { show, said } = open({ group: 'gitlab' });
  show({ type: 'phase.started', phase: 'prepare' }, { type: 'phase.started', phase: 'run' }, begin(build), end(build), {
    type: 'phase.started',
    phase: 'clean up',
  });
  show(runEnd());
  const marks = said().filter((line) => line.includes('section_'));
  expect(marks).toEqual([
    '\u001b[0Ksection_start:1767323045:runner_prepare\r\u001b[0Kprepare',
    '\u001b[0Ksection_end:1767323045:runner_prepare\r\u001b[0K',
    '\u001b[0Ksection_start:1767323045:runner_build\r\u001b[0Kbuild',
    '\u001b[0Ksection_end:1767323045:runner_build\r\u001b[0K',
    '\u001b[0Ksection_start:1767323045:runner_clean_up\r\u001b[0Kclean up',
    '\u001b[0Ksection_end:1767323045:runner_clean_up\r\u001b[0K',
  ]);
});

test('phases and steps fold as groups of GitHub, and the outcome stands outside', () => {
  const { show, said } = open({ group: 'github' });
  show({ type: 'phase.started', phase: 'prepare' }, { type: 'phase.started', phase: 'run' }, begin(build), end(build), runEnd());
  expect(said()).toEqual([
    '::group::prepare',
    '::endgroup::',
    '::group::build',
    '::endgroup::',
    'runner: passed',
    expect.stringContaining('runner: exit 0'),
  ]);
});
