import http from 'node:http';
import { connect as dial } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Behind, guardedRecording } from './support/behind.ts';

let behind: Behind;
beforeEach(async () => {
  behind = await guardedRecording();
});
afterEach(() => behind.close());

test.each([
  ['1.1', '6\r\none\ntw\r\n2\r\no\n\r\n0\r\n\r\n'],
  ['1.0', 'one\ntwo\n'],
])('a stream of logs is passed on to a client of HTTP/%s as it is there, and ends with its connection', async (version, body) => {
  behind.daemon.answer = ({ url = '' }, response) => {
    if (!url.includes('/logs')) return false;
    response.writeHead(200, { 'Content-Type': 'application/vnd.docker.raw-stream' }).write('one\ntw');
    setTimeout(() => response.end('o\n'), 50);
    return true;
  };
  const socket = dial({ path: behind.socketPath, allowHalfOpen: true });
  socket.write(`GET /v1.45/containers/own/logs?stdout=1 HTTP/${version}\r\nHost: docker\r\n\r\n`);
  const said = await text(socket);
  expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(said.match(/^connection: close\r$/gim)).toHaveLength(1);
  expect(said.slice(said.indexOf('\r\n\r\n') + 4)).toBe(body);
  expect(behind.daemon.seen.at(-1)).toMatchObject({ path: '/containers/own-id/logs' });
  socket.destroy();
});

test('a stream of logs that the daemon does not end is not ended for the client either', async () => {
  behind.daemon.answer = ({ url = '' }, response) => {
    if (!url.includes('/logs')) return false;
    response.writeHead(200).write('one');
    setTimeout(() => response.destroy(), 50);
    return true;
  };
  const response = await new Promise<http.IncomingMessage>((resolve) =>
    http.get({ socketPath: behind.socketPath, path: '/containers/own/logs', agent: false }, resolve),
  );
  await text(response).catch(() => {});
  expect(response.complete).toBe(false);
});
