import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATH_WITH_PROGRAMS as PATH } from '../support/cache-folder.ts';
import { connected } from './support/connected.ts';

const docker = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('docker', args, { env: { ...process.env, PATH } })).stdout.trim();
const name = `tls-${process.pid}`;
let certs: string;
let address: string;

/** A daemon of its own that is asked over the network, with certificates both ways. */
beforeAll(async () => {
  certs = await mkdtemp(path.join(tmpdir(), 'docker-tls-'));
  await docker('run', '-d', '--name', name, '--privileged', '-p', '127.0.0.1::2376', 'docker:dind');
  address = (await docker('port', name, '2376')).replace(/^/, 'tcp://');
  for (let tries = 0; tries < 240; tries += 1) {
    const isUp = await docker('exec', name, 'docker', 'version').then(
      () => true,
      () => false,
    );
    if (isUp) break;
    await delay(500);
  }
  await docker('cp', `${name}:/certs/client/.`, certs);
}, 180_000);

afterAll(async () => {
  await docker('rm', '-f', '-v', name).catch(() => {});
  await rm(certs, { recursive: true, force: true });
});

describe('a daemon behind TLS', () => {
  test('is found by DOCKER_HOST and trusted by its certificate', async () => {
    const facts = await connected({ DOCKER_HOST: address, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certs }).describe();
    expect(facts).toMatchObject({ endpoint: `${address} (DOCKER_HOST)`, version: expect.stringMatching(/^\d+\./) });
  });

  test('answers nobody who shows no certificate', async () => {
    const stranger = connected({ DOCKER_HOST: address, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: tmpdir() });
    await expect(stranger.describe()).rejects.toMatchObject({
      code: 'docker.unreachable',
      detail: expect.arrayContaining([expect.stringContaining(address)]),
    });
  });
});
