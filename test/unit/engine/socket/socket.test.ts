import http from 'node:http';
import { connect as dial, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Behind, guardedRecording, RUN } from './support/behind.ts';

let behind: Behind;
beforeEach(async () => {
  behind = await guardedRecording();
});
afterEach(() => behind.close());

interface Said {
  readonly status: number;
  readonly text: string;
}

const ask = (
  method: string,
  path: string,
  { body, headers = {} }: { readonly body?: string; readonly headers?: http.OutgoingHttpHeaders } = {},
): Promise<Said> =>
  new Promise((resolve, reject) => {
    const request = http.request({ socketPath: behind.socketPath, method, path, agent: false, headers }, (response) => {
      let text = '';
      response
        .on('data', (chunk: Buffer) => (text += chunk.toString()))
        .on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject).end(body);
  });
const create = (body: object, path = '/containers/create'): Promise<Said> =>
  ask('POST', path, { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
const created = () =>
  JSON.parse(behind.daemon.seen.findLast(({ path }) => path === '/containers/create')?.body ?? '{}') as Record<
    string,
    Record<string, unknown>
  >;

describe('a request', () => {
  test.each([
    '//containers/json',
    '/./containers/json',
    '/containers/%2e%2e/json',
    '/containers/own/%2E/json',
    '/containers//json',
    '/v1.45//containers/json',
    '/containers/own%00/json',
    '/a\\b',
  ])('is refused for the path %s', async (path) => {
    expect((await ask('GET', path)).status).toBeGreaterThanOrEqual(400);
    expect(behind.daemon.seen).toEqual([]);
  });

  test('may name any version of the API', async () => {
    for (const version of ['', '/v1.24', '/v1.45', '/v1.52']) expect((await ask('GET', `${version}/containers/own/json`)).status).toBe(200);
  });

  test('for an unknown endpoint is told so in the daemon’s own form', async () => {
    const { status, text } = await ask('POST', '/v1.45/swarm/init');
    expect({ status, ...(JSON.parse(text) as object) }).toEqual({
      status: 403,
      message: "this run's Docker socket does not offer POST /swarm/init",
    });
  });

  test.each([
    ['empty', ''],
    ['not JSON', '{'],
    ['with a key twice', '{"Image":"own","Image":"foreign"}'],
    ['a list', '[]'],
    ['too large', JSON.stringify({ Image: 'own', Env: ['x'.repeat(5 * 2 ** 20)] })],
  ])('with a body that is %s creates nothing', async (_, body) => {
    expect(
      (await ask('POST', '/containers/create', { body, headers: { 'Content-Type': 'application/json' } }).catch(() => ({ status: 400 })))
        .status,
    ).toBeGreaterThanOrEqual(400);
    expect(behind.daemon.seen.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('as a form is refused: it would speak over the address', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await ask('POST', '/containers/prune', { body: 'filters={}', headers })).status).toBe(415);
  });

  test('with a parameter twice is refused', async () => {
    expect((await ask('POST', '/containers/create?name=a&name=b', { body: '{"Image":"own"}' })).status).toBe(400);
  });
});

describe('an image', () => {
  const pushed = () => behind.daemon.seen.filter(({ path }) => path.endsWith('/push'));

  test('is pushed by its tag, with the login of the client', async () => {
    expect((await ask('POST', '/images/own/push?tag=1', { headers: { 'X-Registry-Auth': 'e30=' } })).status).toBe(200);
    expect(pushed().map(({ path, query }) => `${path}?${query}`)).toEqual(['/images/own/push?tag=1']);
  });

  test.each([
    ['all tags at once', '/images/own/push', 400],
    ['an empty tag', '/images/own/push?tag=', 400],
    ['an image of another run', '/images/foreign/push?tag=1', 404],
    ['an image that is not there', '/images/absent/push?tag=1', 404],
  ])('is not pushed for %s', async (_, path, status) => {
    expect((await ask('POST', path)).status).toBe(status);
    expect(pushed()).toEqual([]);
  });
});

describe('a container', () => {
  test('gets the labels of the run over its own, and the network of the job', async () => {
    await create({ Image: 'busybox:1', Labels: { 'dev.runner.run': 'another', 'dev.runner.cache': 'x', mine: '1' } });
    expect(created()['Labels']).toEqual({ mine: '1', 'dev.runner.run': RUN, 'dev.runner.name': 'fuzz' });
    expect(created()['HostConfig']?.['NetworkMode']).toBe('job-own');
  });

  test('mounts what a step calls by a path as the daemon calls it, through a volume where a link could lead out', async () => {
    await create({ Image: 'busybox:1', HostConfig: { Binds: ['/workspace:/a', '/workspace/x/y:/b:ro', 'own:/c'] } });
    expect(created()['HostConfig']?.['Mounts']).toEqual([
      { Type: 'bind', Source: '/home/u/project', Target: '/a', ReadOnly: false },
      {
        Type: 'volume',
        Source: expect.stringMatching(/-bind-0$/),
        Target: '/b',
        ReadOnly: true,
        VolumeOptions: { NoCopy: true, Subpath: 'x/y' },
      },
      {
        Type: 'volume',
        Source: 'own',
        Target: '/c',
        ReadOnly: false,
        VolumeOptions: { NoCopy: false, Labels: expect.objectContaining({ 'dev.runner.run': RUN }) },
      },
    ]);
  });

  test('is created to the end, though its client is gone', async () => {
    behind.daemon.answer = (request, response) => {
      if (request.method !== 'POST') return false;
      setTimeout(() => response.writeHead(201).end('{"Id":"late"}'), 300);
      return true;
    };
    const socket = dial(behind.socketPath);
    socket.write(
      'POST /containers/create HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{"Image":"busybox:1"}',
    );
    await delay(150);
    socket.destroy();
    const startedAt = performance.now();
    await behind.close();
    expect(performance.now() - startedAt).toBeGreaterThan(50);
    behind = await guardedRecording();
  });
});

describe('a stream', () => {
  const upgraded = async (path: string): Promise<Socket> => {
    const socket = dial({ path: behind.socketPath, allowHalfOpen: true });
    socket.write(`POST ${path} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    return socket;
  };

  test('passes bytes both ways, and the end of one way as such', async () => {
    const socket = await upgraded('/containers/own/attach?stream=1');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    socket.end('x'.repeat(1_000_000));
    await new Promise((resolve) => socket.once('end', resolve));
    expect(heard.length).toBe(1_000_000);
  });

  test('takes the body of a request along that comes before it', async () => {
    const socket = dial(behind.socketPath);
    const body = '{"Detach":false,"Tty":false}';
    socket.write(
      `POST /exec/execown/start HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
    );
    await delay(30);
    socket.write(`${body.slice(9)}after`);
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    while (!heard.includes('after')) await delay(10);
    expect(heard).toMatch(/^HTTP\/1\.1 101 /);
    socket.destroy();
  });

  test('of a client that is gone is gone at the daemon, too', async () => {
    behind.daemon.answer = ({ url = '' }, response) => {
      if (!url.includes('/logs')) return false;
      response.writeHead(200).write('first');
      return true;
    };
    const request = http.get({ socketPath: behind.socketPath, path: '/containers/own/logs?follow=1', agent: false });
    request.on('error', () => {});
    await new Promise((resolve) => request.once('response', (response) => response.once('data', resolve)));
    expect(behind.daemon.open()).toBe(1);
    request.destroy();
    while (behind.daemon.open() > 0) await delay(10);
  });

  test('is ended when the socket is shut', async () => {
    const socket = await upgraded('/containers/own/attach?stream=1');
    const ended = new Promise((resolve) => socket.once('end', resolve));
    socket.on('error', () => {}).resume();
    await behind.close();
    await ended;
    behind = await guardedRecording();
  });

  test('200 at a time are all served', async () => {
    const sockets = await Promise.all(Array.from({ length: 200 }, () => upgraded('/containers/own/attach?stream=1')));
    const echoes = await Promise.all(
      sockets.map(
        (socket, index) => new Promise((resolve) => socket.once('data', (chunk: Buffer) => resolve(Number(chunk))).write(String(index))),
      ),
    );
    expect(echoes).toEqual(sockets.map((_, index) => index));
    for (const socket of sockets) socket.destroy();
    while (behind.daemon.open() > 0) await delay(10);
  });
});
