import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { registryAuth, registryOf } from '../../../../src/engine/docker/credentials.ts';

const HUB = 'https://index.docker.io/v1/';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const decoded = (header: string | undefined): unknown => header && JSON.parse(Buffer.from(header, 'base64url').toString());

const authWith = async (config: object | undefined, image: string, PATH = '/usr/bin:/bin'): Promise<unknown> => {
  const readFile = (file: string) => (file === '/cfg/config.json' && config ? JSON.stringify(config) : undefined);
  return decoded(await registryAuth(image, { environment: { DOCKER_CONFIG: '/cfg', PATH }, readFile }));
};

test.each([
  ['busybox', HUB],
  ['library/busybox:1', HUB],
  ['docker.io/library/busybox', HUB],
  ['registry.example/team/app:1', 'registry.example'],
  ['localhost/app', 'localhost'],
  ['registry:5000/app', 'registry:5000'],
])('%s is at %s', (image, registry) => expect(registryOf(image)).toBe(registry));

test('nobody is logged in where there are no settings, or none for this registry', async () => {
  expect(await authWith(undefined, 'busybox')).toBeUndefined();
  expect(await authWith({ auths: { other: { auth: base64('a:b') } } }, 'busybox')).toBeUndefined();
  expect(await authWith({ auths: { [HUB]: {} } }, 'busybox')).toBeUndefined();
});

test('a login that stands in config.json is used', async () => {
  const config = { auths: { [HUB]: { auth: base64('me:pa:ss') }, 'r.example': { identitytoken: 't' } } };
  expect(await authWith(config, 'busybox')).toEqual({ username: 'me', password: 'pa:ss', serveraddress: HUB });
  expect(await authWith(config, 'r.example/app')).toEqual({ identitytoken: 't', serveraddress: 'r.example' });
});

test('a credential helper is asked, and one that knows nothing is no obstacle', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'credentials-'));
  const helper = path.join(folder, 'docker-credential-test');
  await writeFile(
    helper,
    '#!/bin/sh\nread -r registry\n[ "$registry" = r.example ] || exit 1\necho "{\\"Username\\":\\"me\\",\\"Secret\\":\\"$1 $registry\\"}"\n',
  );
  await chmod(helper, 0o755);
  const config = { credsStore: 'test' };
  const PATH = `${folder}:/usr/bin:/bin`;
  expect(await authWith(config, 'r.example/app', PATH)).toEqual({ username: 'me', password: 'get r.example', serveraddress: 'r.example' });
  expect(await authWith(config, 'busybox', PATH)).toBeUndefined();
  await expect(authWith({ credHelpers: { [HUB]: 'gone' } }, 'busybox')).rejects.toMatchObject({ code: 'host.tool-missing' });
  await rm(folder, { recursive: true });
});
