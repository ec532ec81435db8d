import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunnerError } from '../../../src/errors.ts';
import type { Onlooker, RunEvent } from '../../../src/report/events.ts';
import { fanOut } from '../../../src/report/fan-out.ts';
import { maskerOf } from '../../../src/report/masker.ts';
import { begin, end, output, planOf, runEnd, stepReport, task } from './support/samples.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const build = task('build');
const noSecrets = maskerOf([]);
const token = maskerOf([{ name: 'TOKEN', value: Buffer.from('s3cr3t-token') }]);

/** Remembers what it was told. */
class Witness implements Onlooker {
  readonly events: RunEvent[] = [];
  isClosed = false;

  on(event: RunEvent): void {
    this.events.push(event);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  types(): readonly string[] {
    return this.events.map((event) => event.type);
  }

  output(): string {
    return this.events.map((event) => (event.type === 'step.output' ? Buffer.from(event.chunk).toString() : '')).join('');
  }
}

test('everybody is told everything, in order', () => {
  const [one, other] = [new Witness(), new Witness()];
  const { emit } = fanOut({ one, other }, noSecrets);
  for (const event of [begin(build), output(build, 'x'), end(build)]) void emit(event);
  expect(one.types()).toEqual(['step.started', 'step.output', 'step.ended']);
  expect(other.events).toEqual(one.events);
});

test('without secrets the bytes are passed on as they are, not as a copy', () => {
  const one = new Witness();
  const event = output(build, 'x');
  void fanOut({ one }, noSecrets).emit(event);
  expect(one.events[0]).toBe(event);
});

test('no secret gets through, also not across two chunks, and nothing is lost when the step ends', () => {
  const one = new Witness();
  const { emit } = fanOut({ one }, token);
  for (const event of [output(build, 'a s3cr3t'), output(build, '-token b s3c'), end(build)]) void emit(event);
  expect(one.output()).toBe('a *** b s3c');
  expect(one.types().at(-1)).toBe('step.ended');
});

test('two streams never make one secret', () => {
  const one = new Witness();
  const { emit } = fanOut({ one }, token);
  for (const event of [output(build, 's3cr3t'), output(build, '-token', 'stderr'), end(build)]) void emit(event);
  expect(one.output()).not.toContain('***');
});

test('words are masked in plans, progress, warnings, errors and reports', () => {
  const one = new Witness();
  const { emit } = fanOut({ one }, token);
  const error = new RunnerError('docker.failed', 'bad s3cr3t-token', { detail: ['s3cr3t-token'], hint: 'not s3cr3t-token' });
  const failed = stepReport('build', { status: 'errored', error, note: 's3cr3t-token' });
  void emit({ type: 'run.started', plan: { ...planOf(build), notes: ['uses s3cr3t-token'] }, startedAt: '' });
  void emit({ type: 'step.progress', step: build, text: 'pulling s3cr3t-token' });
  void emit({ type: 'run.warning', text: 's3cr3t-token' });
  void emit(end(build, failed));
  void emit(runEnd({ steps: [failed] }));
  const seen = JSON.stringify(one.events, (_, value) => (value instanceof Error ? { ...value, message: value.message } : value));
  expect(seen).not.toContain('s3cr3t');
  expect(seen.match(/\*\*\*/g)).toHaveLength(11);
});

test('a secret that is a word of the program does not change what happens', () => {
  const one = new Witness();
  const { emit } = fanOut({ one }, maskerOf([{ name: 'X', value: Buffer.from('task') }]));
  void emit({ type: 'run.started', plan: planOf(build), startedAt: '' });
  expect(one.events[0]).toMatchObject({ type: 'run.started', plan: { steps: [{ kind: 'task', name: 'build' }] } });
});

test('a secret that is too short to be masked is warned of when the run starts', () => {
  const one = new Witness();
  void fanOut({ one }, maskerOf([{ name: 'PIN', value: Buffer.from('123') }])).emit({
    type: 'run.started',
    plan: planOf(build),
    startedAt: '',
  });
  expect(one.events[1]).toEqual({ type: 'run.warning', text: 'secret PIN is too short to be masked' });
});

test('the slowest onlooker decides when more may come', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow: Onlooker = { on: () => promise, close: async () => {} };
  const { emit } = fanOut({ quick: new Witness(), slow }, noSecrets);
  let hasRoom = false;
  const wait = Promise.resolve(emit(output(build, 'x'))).then(() => (hasRoom = true));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(hasRoom).toBe(false);
  resolve();
  await wait;
  expect(hasRoom).toBe(true);
});

test.each([
  [
    'throws',
    (): never => {
      throw new Error('no ink');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no ink'))],
])('an onlooker that %s is cut off, the others hear of it once, and all are closed', async (_, on) => {
  const witness = new Witness();
  const bad = { on: vi.fn(on), close: vi.fn(async () => {}) };
  const { emit, close } = fanOut({ screen: bad, witness }, noSecrets);
  await emit(begin(build));
  await emit(end(build));
  await close();
  expect(bad.on).toHaveBeenCalledOnce();
  expect(bad.close).toHaveBeenCalledOnce();
  expect(witness.events.filter(({ type }) => type === 'run.warning')).toEqual([
    { type: 'run.warning', text: 'the screen was given up: no ink' },
  ]);
  expect(witness.types().filter((type) => type !== 'run.warning')).toEqual(['step.started', 'step.ended']);
  expect(witness.isClosed).toBe(true);
});
