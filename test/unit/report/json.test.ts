import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunnerError } from '../../../src/errors.ts';
import type { RunEvent } from '../../../src/report/events.ts';
import { jsonRenderer } from '../../../src/report/terminal/json.ts';
import { RecordedScreen } from './support/recorded-screen.ts';
import { begin, end, network, output, RUN, runEnd, started, task } from './support/samples.ts';

const build = task('build');

function records(...events: readonly RunEvent[]): readonly Record<string, unknown>[] {
  const stdout = new RecordedScreen();
  const renderer = jsonRenderer({ run: RUN, stdout, now: () => 0 });
  for (const event of events) void renderer.on(event);
  return stdout
    .text()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

test('each event is one line that says its version, time, run and type', () => {
  const head = { v: 1, time: '1970-01-01T00:00:00.000Z', run: RUN };
  expect(
    records(
      { type: 'phase.started', phase: 'run' },
      begin(build, 2),
      { type: 'step.progress', step: network, text: 'pulling' },
      output(build, 'hi\n'),
      { type: 'run.interrupted', signal: 'SIGTERM', count: 1 },
      { type: 'run.warning', text: 'careful' },
      { type: 'cleanup.ended', result: { resource: { kind: 'network', name: 'n' }, ok: true, durationMs: 4 } },
    ),
  ).toEqual([
    { ...head, type: 'phase.started', phase: 'run' },
    { ...head, type: 'step.started', step: 'build', kind: 'task', attempt: 2 },
    { ...head, type: 'step.progress', step: 'net', text: 'pulling' },
    { ...head, type: 'step.output', step: 'build', stream: 'stdout', text: 'hi\n' },
    { ...head, type: 'run.interrupted', signal: 'SIGTERM', count: 1 },
    { ...head, type: 'run.warning', text: 'careful' },
    { ...head, type: 'cleanup.ended', result: { resource: { kind: 'network', name: 'n' }, ok: true, durationMs: 4 } },
  ]);
});

test('a run begins with its plan and ends with its report, errors as data', () => {
  const error = new RunnerError('docker.gone', 'the daemon went away', { hint: 'Start it.' });
  const steps = [{ name: 'build', kind: 'task', status: 'errored', startedMs: 0, durationMs: 1, attempts: 1, error }] as const;
  const [first, , last] = records(started(build), end(build, { status: 'errored', error }), runEnd({ status: 'errored', steps }));
  expect(first).toMatchObject({ type: 'run.started', plan: { name: 'demo', steps: [{ name: 'build' }] } });
  expect(last).toMatchObject({
    type: 'run.ended',
    report: {
      status: 'errored',
      steps: [{ error: { code: 'docker.gone', message: 'the daemon went away', detail: [], hint: 'Start it.' } }],
    },
  });
});

test('a character that is cut by the end of a chunk is kept whole', () => {
  const bytes = Buffer.from('ü€😀');
  const texts = records(output(build, bytes.subarray(0, 1)), output(build, bytes.subarray(1, 7)), output(build, bytes.subarray(7))).map(
    ({ text }) => text,
  );
  expect(texts).toEqual(['ü€', '😀']);
});

test('bytes that are no text come in base64', () => {
  expect(records(output(build, Buffer.from([0xff, 0x41])))[0]).toMatchObject({ base64: '/0E=' });
  const [half, ended] = records(output(build, Buffer.from([0xe2, 0x82])), end(build));
  expect(half).toMatchObject({ type: 'step.output', base64: '4oI=' });
  expect(ended).toMatchObject({ type: 'step.ended' });
});

test('whatever the bytes and wherever they are cut, none is lost and text stays text', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    ),
  );
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 5 }), (parts, size) => {
      const all = Buffer.concat(parts);
      const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
        output(build, all.subarray(index * size, (index + 1) * size)),
      );
      const shown = records(...chunks, end(build)).slice(0, -1);
      expect(
        Buffer.concat(
          shown.map(({ text, base64 }) => (base64 === undefined ? Buffer.from(text as string) : Buffer.from(base64 as string, 'base64'))),
        ),
      ).toEqual(all);
      if (all.equals(Buffer.from(all.toString()))) expect(shown.every(({ base64 }) => base64 === undefined)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
