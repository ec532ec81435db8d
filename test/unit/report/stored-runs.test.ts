import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunId } from '../../../src/plan/names.ts';
import { openStore } from '../../../src/report/store.ts';
import { printLogs } from '../../../src/report/stored/print-logs.ts';
import { findRun, storedLogs, storedRuns } from '../../../src/report/stored-runs.ts';
import { RecordedScreen } from './support/recorded-screen.ts';
import { output, planOf, runEnd, stepReport, task } from './support/samples.ts';

const IDS = [
  '01936f2c-9a10-7c3e-8b44-5f0d2a9c1e77',
  '01936f2c-9a11-7c3e-8b44-5f0d2a9c1e78',
  '01936f2d-0000-7c3e-8b44-5f0d2a9c1e79',
] as const;

let stateFolder: string;
beforeEach(() => {
  stateFolder = mkdtempSync(path.join(tmpdir(), 'stored-'));
});
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

const storeFor = (id: string) =>
  openStore({ stateFolder, plan: { ...planOf(), run: id as RunId }, owner: 'o', now: () => 0, warn: () => {} });

const storeAll = (): void => {
  for (const id of IDS) storeFor(id);
};

test('runs come newest first, and no more than asked for', () => {
  storeAll();
  expect(storedRuns(stateFolder).map(({ run }) => run)).toEqual([...IDS].toReversed());
  expect(storedRuns(stateFolder, 1)).toHaveLength(1);
});

test('where nothing was ever stored there are no runs', () => {
  expect(storedRuns(path.join(stateFolder, 'absent'))).toEqual([]);
});

test('a folder that is no run, and one that was torn, are passed over', () => {
  storeAll();
  mkdirSync(path.join(stateFolder, 'runs', 'notes'));
  writeFileSync(path.join(stateFolder, 'runs', IDS[0], 'run.json'), '{"v":1,"ru');
  expect(storedRuns(stateFolder)).toHaveLength(2);
});

test.each([IDS[1], '01936f2c-9a11', '01936F2C9A11', '01936f2c9a117c3e8b445f0d2a9c1e78'])('%s finds its run', (wanted) => {
  storeAll();
  expect(findRun(stateFolder, wanted).run).toBe(IDS[1]);
});

test('`last` is the newest run', () => {
  storeAll();
  expect(findRun(stateFolder, 'last').run).toBe(IDS[2]);
});

test('a prefix of several runs is refused with their ids', () => {
  storeAll();
  expect(() => findRun(stateFolder, '01936f2c')).toThrow(
    expect.objectContaining({
      code: 'run.not-found',
      message: '2 runs begin with 01936f2c',
      detail: ['these come near:', `  ${IDS[1]}`, `  ${IDS[0]}`],
    }),
  );
});

test('an unknown id is refused with those that come near', () => {
  storeAll();
  expect(() => findRun(stateFolder, '01936f2d-0001')).toThrow(
    expect.objectContaining({
      code: 'run.not-found',
      message: 'there is no run 01936f2d-0001',
      detail: expect.arrayContaining([`  ${IDS[2]}`]),
    }),
  );
  for (const wanted of ['', 'last', 'zzzz', '../..']) {
    expect(() => findRun(path.join(stateFolder, 'absent'), wanted)).toThrow(expect.objectContaining({ code: 'run.not-found', detail: [] }));
  }
});

test('logs come in the order of the steps, and are printed behind their names, or as they are when there is one', async () => {
  const store = storeFor(IDS[0]);
  const steps = ['unit', 'build'].map((name) => task(name));
  for (const step of steps) await store.on(output(step, `${step.name} says\nhi`));
  await store.on(runEnd({ steps: [stepReport('build'), stepReport('unit')] }));
  await store.close();
  const logs = storedLogs(stateFolder, findRun(stateFolder, IDS[0]));
  expect(logs.map(({ step, sizeBytes }) => [step, sizeBytes])).toEqual([
    ['build', 13],
    ['unit', 12],
  ]);
  const [all, one] = [new RecordedScreen(), new RecordedScreen()];
  await printLogs(logs, all);
  await printLogs(logs.slice(1), one);
  expect(all.text()).toBe('build  | build says\nbuild  | hi\nunit   | unit says\nunit   | hi\n');
  expect(one.text()).toBe('unit says\nhi');
});
