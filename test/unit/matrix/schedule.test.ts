import { describe, expect, test } from 'vitest';
import { cellsOf, selects } from '../../../src/matrix/cells.ts';
import { instantOf, scheduleOf, type Trial } from '../../../src/matrix/schedule.ts';

const axes = { pattern: ['host', 'single', 'kind'], cache: ['cold', 'warm'], 'resources.cpus': [1] };
const plan = {
  repeat: 4,
  warmup: 1,
  order: 'shuffled',
  seed: 1,
  maxParallel: 1,
  interrupts: { signals: ['int', 'kill'], each: 2 },
  parallelism: [1, 4],
} as const;
const cells = ['a', 'b', 'c'];
const trialsOf = (batches: ReturnType<typeof scheduleOf>): readonly Trial[] => batches.flatMap(({ trials }) => trials);

describe('cells', () => {
  test('are every combination but the excluded ones, and the included ones', () => {
    const exclude = [{ pattern: 'host', cache: 'cold' }];
    const include = [
      { where: { pattern: 'single', cache: 'warm' }, set: [{ path: ['image'], value: '"debian:trixie"', from: 'set image' }] },
    ];
    expect(cellsOf({ axes, exclude, include }).map(({ id }) => id)).toEqual([
      'host/warm/resources.cpus=1',
      'single/cold/resources.cpus=1',
      'single/warm/resources.cpus=1',
      'kind/cold/resources.cpus=1',
      'kind/warm/resources.cpus=1',
      'single/warm/image=debian:trixie',
    ]);
  });

  test('an axis that is a field of the spec is set there', () => {
    const [cell] = cellsOf({ axes: { pattern: ['single'], 'resources.cpus': [2] }, exclude: [], include: [] });
    expect(cell?.set).toEqual([{ path: ['resources', 'cpus'], value: '2', from: 'axis resources.cpus' }]);
  });

  test('are selected by values, or by a part of their id', () => {
    const all = cellsOf({ axes, exclude: [], include: [] });
    const selected = (written: string) => all.filter((cell) => selects(written, cell)).map(({ pattern, cache }) => `${pattern} ${cache}`);
    expect(selected('pattern=kind,cache=warm')).toEqual(['kind warm']);
    expect(selected('cold')).toEqual(['host cold', 'single cold', 'kind cold']);
    expect(selected('ki')).toEqual([]);
  });
});

describe('a schedule', () => {
  const batches = scheduleOf(plan, cells);
  const trials = trialsOf(batches);

  test('has every run once, under a name of its own', () => {
    expect(new Set(trials.map(({ id }) => id)).size).toBe(trials.length);
    expect(trials.filter(({ kind }) => kind === 'warmup')).toHaveLength(3);
    expect(trials.filter(({ kind }) => kind === 'timed')).toHaveLength(12);
    expect(trials.filter(({ kind }) => kind === 'interrupt')).toHaveLength(12);
    expect(trials.filter(({ kind }) => kind === 'load')).toHaveLength(3 * (4 + 8));
  });

  test('has the timed runs in blocks of one a cell, in an order that changes', () => {
    const timed = trials.filter(({ kind }) => kind === 'timed');
    const blocks = [0, 3, 6, 9].map((from) => timed.slice(from, from + 3));
    for (const block of blocks) expect(block.map(({ cell }) => cell).toSorted()).toEqual(cells);
    for (const block of blocks) expect(new Set(block.map(({ nth }) => nth)).size).toBe(1);
    expect(new Set(blocks.map((block) => block.map(({ cell }) => cell).join())).size).toBeGreaterThan(1);
  });

  test('is the same for the same seed, and another for another', () => {
    expect(scheduleOf(plan, cells)).toEqual(batches);
    expect(scheduleOf({ ...plan, seed: 2 }, cells)).not.toEqual(batches);
    const sequential = trialsOf(scheduleOf({ ...plan, order: 'sequential' }, cells));
    expect(sequential.slice(0, 6).map(({ id }) => id)).toEqual(['a#warmup-1', 'b#warmup-1', 'c#warmup-1', 'a#1', 'b#1', 'c#1']);
  });

  test('its shards are whole blocks, and together all of it, each with warm-ups of its own', () => {
    const shards = [1, 2, 3].map((index) => trialsOf(scheduleOf(plan, cells, { index, of: 3 })));
    const all = shards.flat().filter(({ kind }) => kind !== 'warmup');
    expect(all.map(({ id }) => id).toSorted()).toEqual(
      trials
        .filter(({ kind }) => kind !== 'warmup')
        .map(({ id }) => id)
        .toSorted(),
    );
    for (const shard of shards) {
      const timed = shard.filter(({ kind }) => kind === 'timed');
      for (const nth of new Set(timed.map((one) => one.nth))) expect(timed.filter((one) => one.nth === nth)).toHaveLength(3);
      expect(shard.filter(({ kind }) => kind === 'warmup')).toHaveLength(3);
    }
  });

  test('interrupts at instants that are spread over the whole run and a bit beyond, the same every time', () => {
    const all = Array.from({ length: 500 }, (_, nth) => instantOf(plan, { id: `a#int-${nth}`, cell: 'a', kind: 'interrupt', nth }, 1_000));
    expect(Math.min(...all)).toBeLessThan(50);
    expect(Math.max(...all)).toBeGreaterThan(1_200);
    expect(Math.max(...all)).toBeLessThan(1_300);
    expect(instantOf(plan, { id: 'a#int-1', cell: 'a', kind: 'interrupt', nth: 1 }, 1_000)).toBe(all[1]);
  });
});
