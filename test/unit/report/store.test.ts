import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/report/events.ts';
import { openStore, type Store } from '../../../src/report/store.ts';
import { begin, end, output, planOf, RUN, runEnd, started, task } from './support/samples.ts';

let stateFolder: string;
let warnings: string[];
beforeEach(() => {
  stateFolder = mkdtempSync(path.join(tmpdir(), 'store-'));
  warnings = [];
});
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

const build = task('build');

const open = (folder: string = stateFolder): Store =>
  openStore({ stateFolder: folder, plan: planOf(build), owner: 'boot/1/2/3', now: () => 0, warn: (text) => warnings.push(text) });

async function tell(store: Store, ...events: readonly RunEvent[]): Promise<void> {
  for (const event of events) await store.on(event);
}

const readText = (...parts: readonly string[]): string => readFileSync(path.join(stateFolder, 'runs', RUN, ...parts), 'utf8');
const modeOf = (...parts: readonly string[]): number => statSync(path.join(stateFolder, 'runs', RUN, ...parts)).mode & 0o777;

test('a run that has started is on disk before anything else of it exists, for its owner alone', () => {
  const store = open();
  expect(store.folder).toBe(path.join(stateFolder, 'runs', RUN));
  expect(JSON.parse(readText('run.json'))).toMatchObject({
    v: 1,
    run: RUN,
    name: 'demo',
    pattern: 'serial',
    owner: 'boot/1/2/3',
    status: 'running',
  });
  expect([modeOf(), modeOf('run.json'), modeOf('events.ndjson')]).toEqual([0o700, 0o600, 0o600]);
});

test('events are kept as lines, output goes to the log of its step only, and the end into run.json', async () => {
  const store = open();
  await tell(store, started(build), begin(build), output(build, 'hello\n'), output(build, 'oops\n', 'stderr'), end(build), runEnd());
  await store.close();
  const types = readText('events.ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  expect(types).toEqual(['run.started', 'step.started', 'step.ended', 'run.ended']);
  expect(readText('logs', 'build.log')).toBe('hello\noops\n');
  expect(JSON.parse(readText('run.json'))).toMatchObject({ status: 'passed', report: { exitCode: 0 } });
  expect(readdirSync(store.folder).toSorted()).toEqual(['events.ndjson', 'logs', 'run.json']);
});

test('a step cannot name a log outside of the folder', async () => {
  const store = open();
  const strange = task('../../x');
  await tell(store, output(strange, 'x'), output(task('.hidden'), 'y'));
  await store.close();
  expect(readdirSync(path.join(store.folder, 'logs')).toSorted()).toEqual(['%2E.%2F..%2Fx.log', '%2Ehidden.log']);
});

test('a flood is written whole, in order, and slows its giver down before a mebibyte and a half is waiting', async () => {
  const store = open();
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let waits = 0;
  for (let count = 0; count < 320; count += 1) {
    chunk.writeUInt32BE(count);
    const room = store.on(output(build, chunk));
    if (room !== undefined) waits += 1;
    await room;
  }
  await store.close();
  const log = readFileSync(path.join(store.folder, 'logs', 'build.log'));
  expect(log.length).toBe(20 * 1024 * 1024);
  expect(Array.from({ length: 320 }, (_, index) => log.readUInt32BE(index * chunk.length))).toEqual(
    Array.from({ length: 320 }, (_, index) => index),
  );
  expect(waits).toBeGreaterThan(15);
});

test.each([1, 20, 40, 100])('closing waits for all that was given, however it falls into writes of %i pieces', async (pieces) => {
  const store = open();
  const text = Array.from({ length: 10 * pieces }, (_, index) => `${index} ${'x'.repeat(10_000)}\n`);
  for (const [index, line] of text.entries()) {
    void store.on(output(build, line));
    if (index % pieces === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await store.close();
  expect(readText('logs', 'build.log')).toBe(text.join(''));
  expect(warnings).toEqual([]);
});

test('a state folder that cannot be written is an error with a way out, before anything was made', () => {
  const file = path.join(stateFolder, 'file');
  writeFileSync(file, '');
  expect(() => open(file)).toThrow(
    expect.objectContaining({ code: 'state.unwritable', hint: expect.stringContaining('RUNNER_STATE_DIR') }),
  );
});

test('what can no longer be stored is one warning, and the build goes on', async () => {
  const store = open();
  rmSync(path.join(store.folder, 'logs'), { recursive: true });
  await tell(store, output(build, 'a'), output(build, 'b'), end(build), runEnd());
  await store.close();
  expect(warnings).toEqual([expect.stringMatching(/no longer stored completely .*ENOENT/)]);
  expect(JSON.parse(readText('run.json')).status).toBe('passed');
});
