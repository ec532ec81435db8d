import { describe, expect, test } from 'vitest';
import { type RoomFacts, roomOf } from '../../../../src/engine/kind/room.ts';

const GIB = 2 ** 30;
const ample: RoomFacts = {
  running: 0,
  cpus: 2,
  memoryFreeBytes: 64 * GIB,
  diskFreeBytes: 200 * GIB,
  inotify: { limit: 8192, used: 40 },
};

describe('room for clusters', () => {
  test('is what memory leaves, and says so', () => {
    const { clusters, because } = roomOf({ ...ample, memoryFreeBytes: 3.1 * GIB });
    expect(clusters).toBe(4);
    expect(because).toEqual([expect.stringContaining('3.1 GiB of memory are free')]);
  });

  test('counts those that are here: what they take is no longer free', () =>
    expect(roomOf({ ...ample, running: 3, memoryFreeBytes: 1 * GIB }).clusters).toBe(4));

  test('ends where inotify instances do, with the command that raises the limit', () => {
    const { clusters, because } = roomOf({ ...ample, inotify: { limit: 128, used: 120 } });
    expect(clusters).toBe(0);
    expect(because.join()).toContain('sysctl -w fs.inotify.max_user_instances=512');
  });

  test('ends where the disk does', () => expect(roomOf({ ...ample, diskFreeBytes: GIB }).clusters).toBe(0));

  test('is not guessed on a machine that cannot be seen', () => {
    const unseen = { memoryFreeBytes: undefined, diskFreeBytes: undefined, inotify: undefined };
    expect(roomOf({ ...ample, ...unseen }).clusters).toBeGreaterThan(1);
  });

  test('lets as many start at once as there are processors', () => {
    expect(roomOf({ ...ample, cpus: 4 }).startsAtOnce).toBe(4);
    expect(roomOf({ ...ample, cpus: 0 }).startsAtOnce).toBe(1);
  });
});
