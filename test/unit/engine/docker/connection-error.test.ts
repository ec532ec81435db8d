import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { endpointOf } from '../../../../src/engine/docker/endpoint.ts';
import { connectionError } from '../../../../src/engine/docker/errors.ts';

const failed = (DOCKER_HOST: string, error: Partial<NodeJS.ErrnoException>) => {
  const endpoint = endpointOf({ environment: DOCKER_HOST ? { DOCKER_HOST } : {}, readFile: () => undefined });
  return connectionError(Object.assign(new Error(`connect ${error.code}`), error), endpoint, 'create container c');
};

describe('a request without an answer', () => {
  test('may have met a closed door: the group that has the key is named', async () => {
    const { gid } = await stat('/etc/shadow');
    const error = await failed('unix:///etc/shadow', { code: 'EACCES', syscall: 'connect' });
    expect(error.code).toBe('docker.permission');
    expect(error.detail).toEqual(['address: unix:///etc/shadow (DOCKER_HOST)', 'system: connect EACCES']);
    expect(error.hint).toMatch(gid === 0 ? /usermod -aG root/ : /belongs to the group \w+: `sudo usermod -aG \w+ "\$USER"`/);
  });

  test('may have met nobody', async () => {
    expect(await failed('', { code: 'ENOENT', syscall: 'connect' })).toMatchObject({
      code: 'docker.unreachable',
      hint: expect.stringContaining('systemctl'),
    });
    expect(await failed('unix:///x', { code: 'ECONNREFUSED', syscall: 'connect' })).toMatchObject({
      hint: expect.stringContaining('DOCKER_HOST'),
    });
    expect(await failed('tcp://far', { code: 'ENOTFOUND', syscall: 'getaddrinfo' })).toMatchObject({ code: 'docker.unreachable' });
    expect(await failed('tcp://far', { code: 'ETIMEDOUT', syscall: 'connect' })).toMatchObject({
      code: 'docker.unreachable',
      hint: expect.stringContaining('listens'),
    });
  });

  test.each([
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  ])('or met mistrust (%s)', async (code) => {
    expect(await failed('tcp://far', { code })).toMatchObject({
      code: 'docker.unreachable',
      hint: expect.stringContaining('DOCKER_CERT_PATH'),
    });
  });

  test.each(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])('or was left alone in the middle (%s)', async (code) => {
    expect(await failed('', { code })).toMatchObject({
      code: 'docker.gone',
      message: 'the Docker daemon went away while it was to create container c',
    });
  });
});
