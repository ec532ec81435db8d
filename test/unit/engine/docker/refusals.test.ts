import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientFor, connectDocker } from '../../../../src/engine/docker/connect.ts';
import type { ContainerEngine } from '../../../../src/engine/ports.ts';
import type { ContainerPlan } from '../../../../src/plan/plan.ts';
import { planOf } from '../../../contract/setting.ts';
import { type ScriptedDaemon, scriptedDaemon } from '../../../support/scripted-daemon.ts';

let daemon: ScriptedDaemon;
let engine: ContainerEngine;
beforeEach(async () => {
  daemon = await scriptedDaemon();
  engine = engineAt(daemon.url);
});
afterEach(() => daemon.close());

const engineAt = (url: string): ContainerEngine =>
  connectDocker({ environment: { DOCKER_HOST: url }, readFile: () => undefined, routes: () => '' });
const refuse = (method: string, path: RegExp, status: number, message: string, times?: number): void =>
  daemon.rule({ method, path, fault: { type: 'answer', status, body: { message } }, ...(times !== undefined && { times }) });
const create = (over: Partial<ContainerPlan> = {}, signal = new AbortController().signal) =>
  engine.create({ ...planOf('c', ['true']), ...over }, { onProgress: () => {}, signal });

describe('a daemon that does not answer', () => {
  test('is not looked for before the first call', () => {
    expect(() => connectDocker({ environment: { DOCKER_HOST: 'ssh://far' }, readFile: () => undefined, routes: () => '' })).not.toThrow();
  });

  test('has an address, and that was found somewhere', async () => {
    const away = engineAt('unix:///nowhere/docker.sock');
    await expect(away.removeContainer('c')).rejects.toMatchObject({
      code: 'docker.unreachable',
      detail: ['address: unix:///nowhere/docker.sock (DOCKER_HOST)', expect.stringContaining('ENOENT')],
      hint: expect.stringContaining('DOCKER_HOST'),
    });
    await expect(engineAt('tcp://127.0.0.1:1').removeContainer('c')).rejects.toMatchObject({ code: 'docker.unreachable' });
  });

  test('is not waited for for ever where it takes a question and says nothing', async () => {
    daemon.rule({ path: /info/, fault: { type: 'delay', ms: 2_000 } });
    const client = clientFor({ environment: { DOCKER_HOST: daemon.url }, readFile: () => undefined });
    await expect(client.json({ method: 'GET', path: '/info', doing: 'describe itself', answerMs: 20 })).rejects.toMatchObject({
      code: 'docker.gone',
      message: 'the Docker daemon does not answer: it was to describe itself',
    });
  });

  test('is gone when it goes in the middle', async () => {
    daemon.rule({ path: /create/, fault: { type: 'reset' } });
    await expect(create()).rejects.toMatchObject({ code: 'docker.gone', message: expect.stringContaining('create container c') });
  });
});

describe('a refusal', () => {
  test.each([
    [500, 'write /x: no space left on device', 'host.disk-full', /docker system df/],
    [400, 'unknown or invalid runtime name: runsc', 'docker.failed', /runtimes/],
    [409, 'Conflict. The container name "/c" is already in use by container "a1".', 'docker.failed', /that name/],
    [500, 'could not select device driver "" with capabilities: [[gpu]]', 'docker.failed', /NVIDIA/],
    [500, 'something nobody foresaw', 'docker.failed', undefined],
  ])('%i %s is %s', async (status, message, code, hint) => {
    refuse('POST', /create/, status, message);
    const refusal = await create().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: 'RunnerError', code, detail: [`the daemon says: ${message}`] });
    expect((refusal as { hint?: string }).hint ?? '').toMatch(hint ?? /^$/);
  });

  test('of a proxy, which knows no JSON, is told in its own words', async () => {
    daemon.rule({ path: /create/, fault: { type: 'answer', status: 502, body: 'bad gateway' } });
    await expect(create()).rejects.toMatchObject({ detail: ['the daemon says: bad gateway'] });
  });

  test('of a mount whose source is missing names it as the runner sees it', async () => {
    refuse('POST', /create/, 400, 'invalid mount config for type "bind": bind source path does not exist: /there');
    const mounts = [{ type: 'bind', hostPath: '/here', daemonPath: '/there', target: '/w', readOnly: false }] as const;
    await expect(create({ mounts })).rejects.toMatchObject({
      code: 'mount.missing',
      message: 'there is no /here to mount at /w',
      detail: expect.arrayContaining(['to the daemon it is /there']),
    });
  });
});

describe('an image that is not here', () => {
  const absent = (times?: number) => refuse('POST', /containers\/create/, 404, 'No such image: debian:bookworm', times);
  const answerPull = (...lines: readonly object[]) =>
    daemon.rule({
      path: /images\/create/,
      fault: { type: 'answer', status: 200, body: lines.map((line) => JSON.stringify(line)).join('\r\n') },
    });

  test('is pulled, and the container created again', async () => {
    daemon.rule({ path: /containers\/create/, fault: { type: 'answer', status: 201, body: { Id: 'x' } } });
    absent(1);
    answerPull({ status: 'Pulling fs layer', id: 'a' }, { status: 'Pull complete', id: 'a' });
    const told: string[] = [];
    await engine.create(
      { ...planOf('c', []), image: 'debian:bookworm' },
      { onProgress: (text) => told.push(text), signal: new AbortController().signal },
    );
    expect(told).toEqual(['pulling debian:bookworm', 'pulling debian:bookworm (0 of 1 layers)', 'pulling debian:bookworm (1 of 1 layers)']);
    expect(daemon.seen).toEqual([
      'POST /containers/create?name=c',
      'POST /images/create?fromImage=debian%3Abookworm',
      'POST /containers/create?name=c',
    ]);
  });

  test('is not pulled against the policy', async () => {
    absent();
    await expect(create({ image: 'debian:bookworm', pull: 'never' })).rejects.toMatchObject({
      code: 'image.missing',
      detail: expect.arrayContaining(['pull policy: never']),
    });
    expect(daemon.seen).toHaveLength(1);
  });

  test.each([
    ['manifest for debian:bookwurm not found: manifest unknown', /tag/],
    ['pull access denied for debian, repository does not exist or may require docker login: denied', /docker login/],
    ['dial tcp: lookup registry-1.docker.io: no such host', /proxy/],
    ['toomanyrequests: You have reached your pull rate limit.', /limits/],
  ])('and cannot be had is missing, with the registry’s reason: %s', async (error, hint) => {
    absent();
    answerPull({ status: 'Pulling from x' }, { error });
    await expect(create()).rejects.toMatchObject({
      code: 'image.missing',
      detail: [`the daemon says: ${error}`],
      hint: expect.stringMatching(hint),
    });
  });

  test('is no longer pulled when the run is stopped, and nothing is created after', async () => {
    absent();
    daemon.rule({ path: /images\/create/, fault: { type: 'delay', ms: 2000 } });
    await expect(create({}, AbortSignal.timeout(100))).rejects.toMatchObject({ message: 'pulling busybox:1 was stopped' });
    expect(daemon.seen).toHaveLength(2);
  });
});
