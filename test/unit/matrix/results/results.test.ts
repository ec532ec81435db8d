import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RunnerError } from '../../../../src/errors.ts';
import { mergeShards } from '../../../../src/matrix/results/merge.ts';
import { readResults } from '../../../../src/matrix/results/read.ts';
import type { ResultRecord } from '../../../../src/matrix/results/records.ts';
import { openResults } from '../../../../src/matrix/results/write.ts';
import { opened, resultsOf, trial } from '../../../support/matrix-samples.ts';

function resultsFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'runner-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'deep/results.jsonl');
}

const textOf = (...records: readonly ResultRecord[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');
const session = (nth: number): ResultRecord => ({ v: 1, type: 'session.opened', session: nth, at: '2026-01-02T01:00:00Z' });

function thrownBy(act: () => unknown): RunnerError {
  try {
    act();
  } catch (error) {
    if (error instanceof RunnerError) return error;
  }
  throw new Error('nothing was thrown');
}

describe('a results file', () => {
  test('holds what was appended, also by another process after the first was killed in the middle of a line', () => {
    const file = resultsFile();
    const first = openResults(file);
    for (const record of [opened(), session(1), trial({ nth: 1 })]) first.append(record);
    appendFileSync(file, '{"v":1,"type":"trial.ended","trial":"single#2","wall');
    const second = openResults(file);
    for (const record of [session(2), trial({ nth: 2 })]) second.append(record);
    const { ended, sessions } = readResults(file, readFileSync(file, 'utf8'));
    expect([...ended.keys()]).toEqual(['single#1', 'single#2']);
    expect(sessions).toBe(2);
  });

  test('a trial with two results counts once', () => {
    const { ended } = readResults('f', textOf(opened(), trial({ wallSeconds: 1 }), trial({ wallSeconds: 9 })));
    expect([...ended.values()].map(({ wallSeconds }) => wallSeconds)).toEqual([1]);
  });

  test('a torn last line is no result, and a trial without one was begun', () => {
    const started: ResultRecord = { v: 1, type: 'trial.started', trial: 'single#1', owner: 'o' };
    const { ended, begun } = readResults('f', `${textOf(opened(), started)}{"v":1`);
    expect(ended.size).toBe(0);
    expect(begun).toEqual([started]);
  });

  test('what was found after runs at the same time is told of the last of them', () => {
    const found: ResultRecord = { v: 1, type: 'leaks.found', trial: 'single#1', among: 4, leaked: ['volume x'] };
    expect(readResults('f', textOf(opened(), trial(), found)).ended.get('single#1')?.leaked).toEqual(['volume x']);
  });

  test('of another version is refused with both versions and the line', () => {
    const older = thrownBy(() => readResults('f.jsonl', textOf({ ...opened(), v: 0 } as never)));
    expect(older).toMatchObject({
      code: 'results.invalid',
      message: 'f.jsonl was written in an older version of the format',
      at: { line: 1 },
    });
    expect(older.detail).toEqual(['it says v 0, and this runner reads v 1']);
    expect(thrownBy(() => readResults('f', textOf({ ...opened(), v: 2 } as never))).message).toContain('a newer version');
  });

  test('that is damaged, or none, is refused with what to do', () => {
    expect(thrownBy(() => readResults('f', `${textOf(opened())}oops\n`))).toMatchObject({
      message: 'f is damaged: line 2 is no JSON object',
      at: { line: 2 },
    });
    expect(thrownBy(() => readResults('f', textOf(trial()))).message).toBe('f holds no results of a matrix');
    expect(thrownBy(() => readResults('f', '')).detail).toEqual(['it has no whole line']);
  });

  test('that cannot be written is said with what to try', () => {
    expect(thrownBy(() => openResults('/dev/null/results.jsonl'))).toMatchObject({
      code: 'state.unwritable',
      hint: expect.stringContaining('--results'),
    });
  });
});

test('the shards of a night are one night; other nights stay apart', () => {
  const shard = (index: number, ids: readonly number[]) => ({
    ...resultsOf([trial({ kind: 'warmup', nth: 1 }), ...ids.map((nth) => trial({ nth }))], {
      shard: { index, of: 2 },
      matrix: `m${index}`,
    }),
    file: `s${index}`,
  });
  const other = { ...resultsOf([trial()], { matrix: 'm0', startedAt: '2026-01-01T01:00:00.000Z' }), file: 'other' };
  const nights = mergeShards([shard(1, [1, 3]), shard(2, [2, 4]), other]);
  expect(nights.map(({ ended }) => [...ended.keys()].length)).toEqual([1, 5]);
  expect(nights[1]?.opened.trials).toBe(5);
  expect(nights[1]?.sessions).toBe(2);
});
