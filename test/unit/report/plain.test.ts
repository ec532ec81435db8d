import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunnerError } from '../../../src/errors.ts';
import type { RunEvent } from '../../../src/report/events.ts';
import { type PlainOptions, plainRenderer } from '../../../src/report/terminal/plain.ts';
import { RecordedScreen } from './support/recorded-screen.ts';
import { begin, end, network, output, runEnd, started, stepReport, task } from './support/samples.ts';

beforeEach(() => vi.useFakeTimers({ now: Date.UTC(2026, 0, 2, 3, 4, 5) }));
afterEach(() => vi.useRealTimers());

const build = task('build');
const unit = task('unit-test');

function open(more: Partial<PlainOptions> = {}) {
  const stdout = new RecordedScreen();
  const stderr = new RecordedScreen();
  const closing = {
    folder: '/state/runs/1',
    advise: () => ({ reproduce: 'runner exec --step build', inside: 'runner exec --keep on-failure' }),
  };
  const renderer = plainRenderer({
    ...{ stdout, stderr, colour: false, verbose: false, timestamps: false, group: 'none', closing, now: Date.now },
    ...more,
  });
  const show = (...events: readonly RunEvent[]): void => {
    for (const event of events) void renderer.on(event);
  };
  return { stdout, stderr, show, renderer };
}

/** What a CI system shows: both streams in one log. */
function transcript(more: Partial<PlainOptions>, ...events: readonly RunEvent[]): string {
  const shared: Buffer[] = [];
  const screens = { stdout: new RecordedScreen({ shared }), stderr: new RecordedScreen({ shared }) };
  open({ ...screens, ...more }).show(...events);
  return screens.stdout.text();
}

test('a run of two steps reads as a story, each line of output behind the name of its step', () => {
  const text = transcript(
    {},
    started(network, build, unit),
    { type: 'phase.started', phase: 'prepare' },
    begin(network),
    end(network, { durationMs: 60 }),
    { type: 'phase.started', phase: 'run' },
    begin(build),
    output(build, 'cc a.c\ncc b.c\n'),
    end(build),
    begin(unit),
    output(unit, 'ok 1\n'),
    end(unit, { durationMs: 84_000 }),
    runEnd(),
  );
  expect(text).toBe(`runner: demo (serial), run 01936f2c-9a10-7c3e-8b44-5f0d2a9c1e77
runner: build started
build      | cc a.c
build      | cc b.c
runner: build passed (3.2 s)
runner: unit-test started
unit-test  | ok 1
runner: unit-test passed (1m 24s)
runner: passed
runner: exit 0 after 12.3 s (prepare 1.2 s, run 10.1 s, collect 0.0 s, clean up 1.0 s), leftovers 0
runner: report in /state/runs/1
`);
});

test('the output of a single step passes byte for byte, on its own stream', () => {
  const { stdout, stderr, show } = open();
  const bytes = Buffer.from([0xff, 0x00, 0x0d, 0x41]);
  show(started(network, build), begin(build), output(build, bytes), output(build, 'oops\n', 'stderr'), end(build));
  expect(Buffer.concat(stdout.writes)).toEqual(bytes);
  expect(stderr.text()).toContain('oops\n');
  expect(stderr.text()).not.toContain('| oops');
});

test('a failing step is followed by its last lines, what to do next and the outcome', () => {
  const failed = { status: 'failed', exit: { code: 2, oomKilled: false } } as const;
  const text = transcript(
    {},
    started(build),
    begin(build),
    output(build, 'cc a.c\na.c:1: error\n'),
    end(build, failed),
    runEnd({ status: 'failed', exitCode: 2, steps: [stepReport('build', failed)] }),
  );
  expect(text).toContain(`runner: build exited with 2 (3.2 s)
runner: the last 2 lines of build:
runner:   | cc a.c
runner:   | a.c:1: error
runner: reproduce:   runner exec --step build
runner: look inside: runner exec --keep on-failure
runner: failed: build exited with 2
runner: exit 2 after 12.3 s (prepare 1.2 s, run 10.1 s, collect 0.0 s, clean up 1.0 s), leftovers 0
`);
});

test('a line that comes in pieces is printed once it is whole, and the rest when the step ends', () => {
  const { stdout, show } = open();
  show(started(build, unit), begin(build), output(build, 'ab'));
  expect(stdout.text()).toBe('');
  show(output(build, 'c\nlast'), end(build));
  expect(stdout.text()).toBe('build      | abc\nbuild      | last\n');
});

test('of a progress bar that overwrites itself, the last state is printed', () => {
  const { stdout, show } = open();
  show(started(build, unit), begin(build), output(build, ' 10%\r 20%'), output(build, '\r100%\r\ndone\r'), output(build, '\n'));
  expect(stdout.text()).toBe('build      | 100%\nbuild      | done\n');
});

test('the words of the runner never continue a line of a step', () => {
  const text = transcript({}, started(build), begin(build), output(build, 'no newline'), end(build), runEnd());
  expect(text).toContain('no newline\nrunner: passed\n');
});

test('what is prepared quickly is not worth a line, unless somebody wants to know', () => {
  const events = [started(network, build), begin(network), end(network, { durationMs: 60 })];
  expect(transcript({}, ...events)).not.toContain('net');
  expect(transcript({ verbose: true }, ...events)).toContain('runner: net passed (0.1 s)\n');
  expect(transcript({}, begin(network), end(network, { durationMs: 2_100 }))).toContain('runner: net passed (2.1 s)\n');
});

test('a preparation that fails is told at once with its reason, and at the end with what to try', () => {
  const error = new RunnerError('network.no-subnet', 'no free subnet', { detail: ['looked in 10.199.0.0/16'], hint: 'Run `runner gc`.' });
  const failed = { status: 'errored', error } as const;
  const text = transcript(
    {},
    started(network, build),
    end(network, failed),
    runEnd({ status: 'errored', exitCode: 125, steps: [stepReport('net', failed)] }),
  );
  expect(text).toContain('runner: net could not be carried out: no free subnet (3.2 s)\n');
  expect(text).toContain(
    'runner: error: no free subnet [network.no-subnet]\nrunner:   looked in 10.199.0.0/16\nrunner:   try: Run `runner gc`.\n',
  );
});

test('the output of a service stays out of the log, but its last lines come when it fails', () => {
  const service = { ...network, kind: 'container', role: 'service', name: 'db', container: {} } as unknown as typeof build;
  const failed = { status: 'errored', error: new RunnerError('service.failed', 'db has ended') } as const;
  const text = transcript({}, started(service, build), output(service, 'FATAL: no space\n'), end(service, failed));
  expect(text).not.toContain('FATAL');
  const all = transcript({}, output(service, 'FATAL: no space\n'), runEnd({ status: 'errored', steps: [stepReport('db', failed)] }));
  expect(all).toContain('runner: the last line of db:\nrunner:   | FATAL: no space\n');
});

test('an interrupt, a warning and what could not be removed are told', () => {
  const error = new RunnerError('docker.gone', 'the daemon went away');
  const text = transcript(
    {},
    { type: 'run.interrupted', signal: 'SIGINT', count: 1 },
    { type: 'run.warning', text: 'secret X is too short\u001b[2J' },
    { type: 'cleanup.ended', result: { resource: { kind: 'container', name: 'c1' }, ok: false, durationMs: 1, error } },
    { type: 'cleanup.ended', result: { resource: { kind: 'network', name: 'n1' }, ok: true, durationMs: 1 } },
  );
  expect(text).toBe(`runner: SIGINT: stopping the steps and cleaning up; once more kills them at once
runner: warning: secret X is too short
runner: could not remove container c1: the daemon went away
`);
});

test('each line carries the time when it is asked for', () => {
  const text = transcript({ timestamps: true }, started(build), output(build, 'one\ntwo\n'));
  expect(text).toMatch(/^2026-01-02T03:04:05.000Z runner: demo/);
  expect(text).toContain('2026-01-02T03:04:05.000Z one\n2026-01-02T03:04:05.000Z two\n');
});

test('a run waits for a stream that is full', async () => {
  const { stdout, show, renderer } = open();
  show(started(build));
  const { promise, resolve } = Promise.withResolvers<void>();
  stdout.full = promise;
  const wait = renderer.on(output(build, 'much'));
  expect(wait).toBeInstanceOf(Promise);
  resolve();
  await wait;
  stdout.full = undefined;
  expect(renderer.on(output(build, 'more'))).toBeUndefined();
});

test('what a service left unfinished is printed before the run closes', () => {
  const service = { ...network, kind: 'container', role: 'service', name: 'db' } as unknown as typeof build;
  const text = transcript({ verbose: true }, started(service, build), begin(service), end(service), output(service, 'bye'), runEnd());
  expect(text).toContain('db     | bye\nrunner: passed\n');
});

test('output that was lost is told, unless its reader went away', () => {
  const told = (code: string): string => {
    const { show, stderr, stdout } = open();
    stdout.lost = Object.assign(new Error(`write ${code}`), { code });
    show(started(build), runEnd());
    return stderr.text();
  };
  expect(told('ENOSPC')).toContain('runner: warning: standard output is not complete: write ENOSPC\n');
  expect(told('EPIPE')).not.toContain('warning');
});
