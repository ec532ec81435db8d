import http from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Guarded, guarded } from './support/guarded.ts';

let guard: Guarded;
beforeAll(async () => {
  guard = await guarded();
});
afterAll(async () => expect(await guard.end()).toEqual([]));

const name = (part: string): string => `${guard.plan.run.slice(-8)}-${part}`;

const following = (container: string): Promise<{ readonly bytes: number; readonly isWhole: boolean }> =>
  new Promise((resolve, reject) => {
    const path = `/containers/${container}/logs?follow=1&stdout=1`;
    http
      .get({ socketPath: guard.socketPath, path, agent: false }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('close', () => resolve({ bytes, isWhole: response.complete }));
      })
      .on('error', reject);
  });

test('200 clients follow the logs of one container, and each gets all of them', async () => {
  await guard.docker(
    'run',
    '-d',
    '--name',
    name('crowd'),
    'busybox:1',
    'sh',
    '-c',
    'sleep 8; yes 0123456789 | head -n 2000; sleep 1; echo end',
  );
  const all = await Promise.all(Array.from({ length: 200 }, () => following(name('crowd'))));
  expect(new Set(all.map(({ bytes }) => bytes)).size).toBe(1);
  expect(all.every(({ bytes, isWhole }) => isWhole && bytes > 2000 * 11)).toBe(true);
}, 120_000);

test('a client that reads nothing holds the container up, and not the memory of the runner', async () => {
  await guard.docker('run', '-d', '--name', name('flood'), 'busybox:1', 'sh', '-c', 'sleep 2; yes 0123456789 | head -c 300000000');
  const socket: Socket = connect(guard.socketPath);
  socket.pause();
  socket.write(
    `POST /containers/${name('flood')}/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
  );
  await delay(8000);
  expect(process.memoryUsage().rss).toBeLessThan(400 * 2 ** 20);
  expect((await guard.docker('inspect', '-f', '{{.State.Running}}', name('flood'))).stdout).toBe('true\n');
  socket.destroy();
}, 60_000);
