import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CACHE_FOLDER, PATH_WITH_PROGRAMS as PATH } from '../support/cache-folder.ts';
import { runCli, throwaway } from '../support/cli.ts';

const docker = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('docker', args, { env: { ...process.env, PATH } })).stdout.trim();

/** Debian's own registry, and the tool that writes its password file. */
const DOCKERFILE = `FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends docker-registry apache2-utils && rm -rf /var/lib/apt/lists/*
RUN htpasswd -Bbc /passwords ada secret
`;
const CONFIG = `version: 0.1
storage: { filesystem: { rootdirectory: /var/lib/registry } }
http: { addr: ":5000" }
`;
const AUTH = 'auth: { htpasswd: { realm: tests, path: /passwords } }\n';
const FIRST_BUILD_MS = 400_000;
const [name, image] = [`registry-${process.pid}`, `test-registry:${process.pid}`];
const addresses: string[] = [];
let context: string;

async function registry(config: string, suffix: string): Promise<string> {
  const script = `printf '%s' "$CONFIG" > /config.yml; exec docker-registry serve /config.yml`;
  await docker('run', '-d', '--name', `${name}-${suffix}`, '-p', '127.0.0.1::5000', '-e', `CONFIG=${config}`, image, 'sh', '-c', script);
  return docker('port', `${name}-${suffix}`, '5000');
}

/** An image with a layer that is nowhere else, so that there is something to pull. */
async function pushed(address: string): Promise<string> {
  const tag = `${address}/tools/busybox:${process.pid}`;
  await docker('run', '--name', `${name}-source`, 'busybox:1', 'sh', '-c', `echo ${tag} > /unique`);
  await docker('commit', `${name}-source`, tag);
  await docker('rm', `${name}-source`);
  for (let tries = 0; ; tries += 1) {
    const refused = await docker('--config', context, 'push', tag).then(
      () => undefined,
      (error: Error) => error,
    );
    if (!refused) break;
    if (tries > 100) throw refused;
    await delay(200);
  }
  await docker('rmi', tag);
  return tag;
}

beforeAll(async () => {
  context = path.join(CACHE_FOLDER, `test-registry-${process.pid}`);
  mkdirSync(context, { recursive: true });
  writeFileSync(path.join(context, 'Dockerfile'), DOCKERFILE);
  await docker('build', '--tag', image, context);
  addresses.push(await registry(CONFIG, 'open'), await registry(`${CONFIG}${AUTH}`, 'closed'));
}, FIRST_BUILD_MS);

afterAll(async () => {
  await docker('rm', '-f', '-v', `${name}-open`, `${name}-closed`).catch(() => {});
  await docker('rmi', image).catch(() => {});
  await promisify(execFile)('rm', ['-rf', context]);
});

const exec = (tag: string, env: Readonly<Record<string, string>> = {}) => {
  const cwd = throwaway();
  writeFileSync(path.join(cwd, 'spec.yaml'), `pattern: single\nimage: "${tag}"\nsteps: ["echo pulled and run"]\n`);
  return runCli(['exec', 'spec.yaml', '--progress', 'json'], { cwd, env });
};

describe('an image in a registry', () => {
  test('is pulled, with its layers counted, and run', async () => {
    const tag = await pushed(addresses[0]!);
    try {
      const { code, stdout } = await exec(tag);
      expect(code).toBe(0);
      expect(stdout).toContain(`pulling ${tag} (2 of 2 layers)`);
      expect(stdout).toContain('pulled and run');
    } finally {
      await docker('rmi', tag);
    }
  });

  test('that is not there is said not to be, with what to check', async () => {
    const { code, stdout } = await exec(`${addresses[0]}/tools/nothing:1`);
    expect(code).toBe(125);
    expect(stdout).toContain('is not here and cannot be pulled');
    expect(stdout).toContain('Check the name and the tag');
  });

  test('that needs a login is pulled with the one of `docker login`, and says so where there is none', async () => {
    const closed = addresses[1]!;
    const auth = Buffer.from('ada:secret').toString('base64');
    writeFileSync(path.join(context, 'config.json'), JSON.stringify({ auths: { [closed]: { auth } } }));
    const tag = await pushed(closed);
    try {
      const refused = await exec(tag);
      expect(refused.code).toBe(125);
      expect(refused.stdout).toContain('log in with `docker login`');
      expect(await exec(tag, { DOCKER_CONFIG: context })).toMatchObject({ code: 0, stdout: expect.stringContaining('pulled and run') });
    } finally {
      await docker('rmi', tag).catch(() => {});
    }
  });
});
