import { PassThrough, Writable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { screenOf } from '../../../src/report/terminal/screen.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a stream with room takes the bytes and asks nobody to wait', async () => {
  const stream = new PassThrough();
  expect(screenOf(stream).write('hello')).toBeUndefined();
  expect(stream.read().toString()).toBe('hello');
});

test('a stream that is full makes the writer wait until somebody reads', async () => {
  const stream = new PassThrough({ highWaterMark: 4 });
  let hasRoom = false;
  const wait = Promise.resolve(screenOf(stream).write('much too much')).then(() => (hasRoom = true));
  await tick();
  expect(hasRoom).toBe(false);
  stream.resume();
  await wait;
});

test('a reader that went away ends the writing there, lets go of whoever waits, and nothing throws', async () => {
  const epipe = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => setImmediate(() => done(epipe)) });
  const screen = screenOf(stream);
  await screen.write('first');
  expect(screen.lost?.code).toBe('EPIPE');
  expect(screen.write('second')).toBeUndefined();
  await screen.flush();
});

test('a stream that was closed under us takes nothing and hangs nobody', async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const screen = screenOf(stream);
  const wait = screen.write('xx');
  stream.destroy();
  await wait;
  await screen.flush();
  expect(screen.write('y')).toBeUndefined();
});

test('flushing waits until everything was taken', async () => {
  const taken: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      taken.push(String(chunk));
      setImmediate(done);
    },
  });
  const screen = screenOf(stream);
  for (const text of ['a', 'b', 'c']) void screen.write(text);
  await screen.flush();
  expect(taken.join('')).toBe('abc');
});

test('a reader that reads nothing is waited for without end, and for a second once there is hurry', async () => {
  vi.useFakeTimers();
  const stream = new PassThrough({ highWaterMark: 4 });
  const screen = screenOf(stream);
  let hasRoom = false;
  void Promise.resolve(screen.write('much too much')).then(() => (hasRoom = true));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(hasRoom).toBe(false);
  screen.hurry();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(hasRoom).toBe(true);
  expect(screen.lost?.code).toBe('ETIMEDOUT');
  expect(screen.write('more')).toBeUndefined();
  await screen.flush();
  vi.useRealTimers();
});

test('in a hurry a reader that reads slowly loses nothing', async () => {
  vi.useFakeTimers();
  const stream = new PassThrough({ highWaterMark: 4 });
  const screen = screenOf(stream);
  screen.hurry();
  for (let count = 0; count < 5; count += 1) {
    void screen.write('12345');
    await vi.advanceTimersByTimeAsync(900);
    expect(String(stream.read())).toBe('12345');
    await vi.advanceTimersByTimeAsync(900);
  }
  expect(screen.lost).toBeUndefined();
  vi.useRealTimers();
});
