import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';
import { GenericContainer, Wait } from 'testcontainers';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Guarded, guarded } from './support/guarded.ts';

let guard: Guarded;
beforeAll(async () => {
  guard = await guarded();
});
afterAll(async () => expect(await guard.end()).toEqual([]));
afterEach(() => vi.unstubAllEnvs());

/** A database out of Debian's own packages; it has a volume of its own. */
const DATABASE = `FROM debian:bookworm
RUN apt-get update -qq && apt-get install -y --no-install-recommends redis-server >/dev/null
VOLUME /var/lib/redis
EXPOSE 6379
CMD ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"]
`;

/**
 * Ryuk, the reaper of testcontainers, is an image that has to be pulled, and does what this socket does anyway: a run's
 * steps have TESTCONTAINERS_RYUK_DISABLED set.
 */
test('testcontainers builds a database, waits for it by log, by port and by command, and talks to it', async () => {
  vi.stubEnv('DOCKER_HOST', guard.url);
  vi.stubEnv('TESTCONTAINERS_RYUK_DISABLED', 'true');
  const context = await mkdtemp(path.join(tmpdir(), 'database-'));
  await writeFile(path.join(context, 'Dockerfile'), DATABASE);
  const image = await GenericContainer.fromDockerfile(context).build(`guarded/db:${guard.plan.run.slice(-8)}`, { deleteOnExit: false });
  await rm(context, { recursive: true });
  const ready = Wait.forAll([
    Wait.forLogMessage(/Ready to accept connections/),
    Wait.forListeningPorts(),
    Wait.forSuccessfulCommand('redis-cli ping'),
  ]);
  const container = await image.withExposedPorts(6379).withWaitStrategy(ready).start();
  expect(await container.exec(['redis-cli', 'set', 'key', 'value'])).toMatchObject({ exitCode: 0, output: 'OK\n' });
  expect(await container.exec(['redis-cli', 'get', 'key'])).toMatchObject({ exitCode: 0, output: 'value\n' });
  expect(container.getMappedPort(6379)).toBeGreaterThan(0);
  await container.copyContentToContainer([{ content: 'copied', target: '/tmp/copied' }]);
  expect((await container.exec(['cat', '/tmp/copied'])).output).toBe('copied');
  await container.restart();
  await container.stop();
}, 200_000);

describe('dockerode', () => {
  const client = () => new Docker({ socketPath: guard.socketPath });

  test('runs a container with its output, and removes it', async () => {
    const out = new PassThrough();
    const said = text(out);
    const [{ StatusCode }, container] = (await client().run('busybox:1', ['sh', '-c', 'echo out; exit 4'], out, {
      name: `dockerode-${guard.plan.run}`,
    })) as [{ StatusCode: number }, Docker.Container];
    out.end();
    expect(StatusCode).toBe(4);
    expect(await said).toContain('out');
    await container.remove();
  });

  test('takes the connection of an attach and of an exec, both ways', async () => {
    const container = await client().createContainer({
      Image: 'busybox:1',
      Cmd: ['cat'],
      OpenStdin: true,
      StdinOnce: true,
      Tty: false,
      HostConfig: { AutoRemove: true },
    });
    const attached = await container.attach({ stream: true, stdin: true, stdout: true, hijack: true });
    await container.start();
    const exec = await container.exec({ Cmd: ['wc', '-c'], AttachStdin: true, AttachStdout: true });
    const stream = await exec.start({ hijack: true, stdin: true });
    const counted = text(stream);
    stream.end('12345');
    expect(await counted).toContain('5\n');
    const said = text(attached);
    attached.end('through and through');
    expect(await said).toContain('through and through');
  });

  test('lists, inspects and prunes what is of the run', async () => {
    const docker = client();
    await docker.createVolume({ Name: `dockerode-${guard.plan.run}`, Labels: { mine: '1' } });
    expect((await docker.listVolumes({ filters: { label: ['mine=1'] } })).Volumes.map(({ Name }) => Name)).toEqual([
      `dockerode-${guard.plan.run}`,
    ]);
    const network = await docker.createNetwork({ Name: `dockerode-${guard.plan.run}` });
    expect((await network.inspect()).Labels).toMatchObject(guard.plan.labels);
    await docker.pruneNetworks();
    await expect(network.inspect()).rejects.toMatchObject({ statusCode: 404 });
    expect(await docker.listContainers({ all: true })).toEqual([]);
  });
});
