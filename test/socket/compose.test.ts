import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SOCKET_TARGET } from '../../src/plan/socket.ts';
import { socketOfDaemon } from '../support/daemon.ts';
import { type Guarded, guarded, type Ran, ran } from './support/guarded.ts';

const COMPOSE = `services:
  web:
    image: busybox:1
    command: sh -c "echo hello from compose >/data/index.html; httpd -f -p 80 -h /data"
    volumes: ['data:/data', './html:/html']
    healthcheck: { test: [CMD, wget, -qO-, 'http://127.0.0.1/'], interval: 1s, retries: 60 }
  client:
    build: .
    depends_on: { web: { condition: service_healthy } }
    command: sh -c "wget -qO- http://web/ && cat /html/x"
    volumes: ['./html:/html:ro']
volumes: { data: {} }
`;

let guard: Guarded;
beforeAll(async () => {
  guard = await guarded();
  await mkdir(path.join(guard.workspace, 'html'));
  await writeFile(path.join(guard.workspace, 'html/x'), 'from the workspace\n');
  await writeFile(path.join(guard.workspace, 'compose.yaml'), COMPOSE);
  await writeFile(path.join(guard.workspace, 'Dockerfile'), 'FROM busybox:1\nRUN touch /built\n');
});
afterAll(async () => expect(await guard.end()).toEqual([]));

/** As a step would: in a container that has the workspace and the socket. */
const step = (script: string): Promise<Ran> =>
  ran(
    'docker',
    [
      'run',
      '--rm',
      '-v',
      `${guard.workspace}:/workspace`,
      '-v',
      `${guard.socketPath}:${SOCKET_TARGET}`,
      '-w',
      '/workspace',
      'docker:cli',
      'sh',
      '-ec',
      script,
    ],
    { ...guard.env, DOCKER_HOST: `unix://${socketOfDaemon()}` },
  );

test('compose builds, starts in order, talks by name, and takes everything down', async () => {
  const project = `p${guard.plan.run.slice(-8)}`;
  const up = await step(`docker compose -p ${project} up --quiet-pull --exit-code-from client 2>&1`);
  expect(up.stdout).toMatch(/hello from compose[\s\S]*from the workspace/);
  expect(up.code).toBe(0);
  const made = await guard.left();
  expect(made).toEqual(expect.arrayContaining([`container ${project}-web-1`, `network ${project}_default`, `volume ${project}_data`]));
  const down = await step(`docker compose -p ${project} down -v --rmi local 2>&1`);
  expect(down.code).toBe(0);
  expect((await guard.left()).filter((one) => one.includes(project))).toEqual([]);
}, 120_000);

test('a step may hand its socket on to a container that it starts', async () => {
  const { stdout } = await step(`docker run --rm -v ${SOCKET_TARGET}:${SOCKET_TARGET} docker:cli docker ps --format '{{.Image}}'`);
  expect(stdout).toBe('');
}, 60_000);
