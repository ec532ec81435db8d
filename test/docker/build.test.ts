import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BuildPlan } from '../../src/plan/plan.ts';
import { calm, Setting } from '../contract/setting.ts';
import { PATH_WITH_PROGRAMS as PATH } from '../support/cache-folder.ts';
import { connected } from './support/connected.ts';
import { said } from './support/containers.ts';

const setting = new Setting(connected({ PATH }));
let folder: string;
let scratch: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'docker-build-'));
  scratch = await mkdtemp(path.join(tmpdir(), 'docker-build-scratch-'));
});
afterEach(async () => {
  await Promise.all([folder, scratch].map((one) => rm(one, { recursive: true })));
  await setting.removeAll();
});

async function planOf(dockerfile: string, over: Partial<BuildPlan> = {}): Promise<BuildPlan> {
  await writeFile(path.join(folder, 'Dockerfile'), dockerfile);
  const paths = { context: folder, dockerfile: path.join(folder, 'Dockerfile'), scratchFolder: scratch };
  return { tag: `runner/${setting.name()}:1`, ...paths, args: {}, labels: setting.labels, secrets: [], ...over };
}

async function build(
  plan: BuildPlan,
  { secrets = new Map<string, Uint8Array>(), signal = new AbortController().signal, engine = setting.engine } = {},
) {
  const heard: string[] = [];
  const onOutput = (_: unknown, chunk: Uint8Array): void => void heard.push(Buffer.from(chunk).toString());
  const told: string[] = [];
  const onProgress = (text: string): void => void told.push(text);
  const image = await engine.build(plan, { ...calm(onOutput), onProgress, signal, secrets });
  return { image, told, text: heard.join('') };
}

describe('an image is built', () => {
  test('with arguments, a target, secrets and without what .dockerignore names', async () => {
    await mkdir(path.join(folder, 'src'));
    for (const file of ['src/a', 'src/b.log', '.env']) await writeFile(path.join(folder, file), file);
    await writeFile(path.join(folder, '.dockerignore'), '.env\n**/*.log\n');
    const dockerfile = `FROM busybox:1 AS first
ARG GREETING
COPY . /in
RUN --mount=type=secret,id=TOKEN wc -c </run/secrets/TOKEN >/size && echo $GREETING >/greeting
FROM first AS second
RUN exit 1
`;
    const plan = await planOf(dockerfile, { args: { GREETING: 'hello world' }, target: 'first', secrets: ['TOKEN'] });
    const { image, text, told } = await build(plan, { secrets: new Map([['TOKEN', Buffer.from("it's\0\na secret")]]) });
    expect(image).toEqual({ id: expect.stringMatching(/^sha256:/), sizeBytes: expect.any(Number), layers: 3 });
    expect(text).toMatch(/\[first 2\/3\] COPY/);
    expect(text).not.toContain('a secret');
    expect(told.at(-1)).toBe('writing the image');
    expect(await readdir(scratch)).toEqual([]);
    const seen = await said(setting, 'cat /size /greeting; find /in -type f | sort', { image: plan.tag, pull: 'never' });
    expect(seen.text).toBe('14\nhello world\n/in/.dockerignore\n/in/Dockerfile\n/in/src/a\n');
  });

  test('under its tag and labels alone, and is gone with its tag', async () => {
    const plan = await planOf('FROM busybox:1\nRUN echo x >/x\n');
    await build(plan);
    expect(await setting.left()).toEqual([plan.tag]);
    await setting.engine.removeImage(plan.tag);
    expect(await setting.left()).toEqual([]);
  });

  test('twice alike from the same input, without a cache', async () => {
    const dockerfile = 'FROM busybox:1\nARG SOURCE_DATE_EPOCH\nRUN mkdir -p /a/b && echo x >/a/b/x && touch /etc/passwd\nCOPY in /in\n';
    await writeFile(path.join(folder, 'in'), 'in');
    const engine = connected({ PATH: `${await cacheless()}:${PATH}` });
    const alike = async (epoch: string) =>
      (await build(await planOf(dockerfile, { args: { SOURCE_DATE_EPOCH: epoch }, labels: {} }), { engine })).image.id;
    const [first, second, other] = [await alike('1700000000'), await alike('1700000000'), await alike('1600000000')];
    expect(second).toBe(first);
    expect(other).not.toBe(first);
    expect(await readdir(scratch)).toEqual([]);
    const plan = await planOf(dockerfile, { args: { SOURCE_DATE_EPOCH: '1700000000' } });
    await build(plan, { engine });
    const seen = await said(setting, 'cat /a/b/x; stat -c %Y /a /a/b/x /in /etc/passwd', { image: plan.tag, pull: 'never' });
    expect(seen.text).toBe(`x\n${'1700000000\n'.repeat(4)}`);
  });
});

/** A folder with a `docker` that builds without its cache, and is the real one otherwise. */
async function cacheless(): Promise<string> {
  const bin = path.join(folder, '.bin');
  await mkdir(bin);
  const script = `#!/bin/sh\nPATH=${PATH}\nif [ "$2" = build ]; then shift 2; exec docker buildx build --no-cache "$@"; fi\nexec docker "$@"\n`;
  await writeFile(path.join(bin, 'docker'), script, { mode: 0o755 });
  await writeFile(path.join(folder, '.dockerignore'), '.bin\n');
  return bin;
}

describe('an image that cannot be built', () => {
  test('says the last lines and the command that shows it again', async () => {
    const plan = await planOf('FROM busybox:1\nRUN echo before && nosuchtool\n');
    await expect(build(plan)).rejects.toMatchObject({
      code: 'image.build-failed',
      detail: expect.arrayContaining([
        expect.stringContaining('nosuchtool: not found'),
        expect.stringMatching(/^exit code 1 of: docker buildx build .*--tag=runner/),
      ]),
    });
    expect(await setting.left()).toEqual([]);
  });

  test('is stopped by the signal, and leaves no tag', async () => {
    const plan = await planOf('FROM busybox:1\nRUN sleep 300\n');
    const startedAt = performance.now();
    await expect(build(plan, { signal: AbortSignal.timeout(3000) })).rejects.toMatchObject({ message: expect.stringContaining('stopped') });
    expect(performance.now() - startedAt).toBeLessThan(8000);
    await delay(500);
    expect(await setting.left()).toEqual([]);
  });

  test('for want of a CLI says how to get it', async () => {
    const plan = await planOf('FROM busybox:1\n');
    const bare = connected({ PATH: '/nowhere' });
    await expect(bare.build(plan, { ...calm(() => {}), onProgress: () => {}, secrets: new Map() })).rejects.toMatchObject({
      code: 'host.tool-missing',
      message: 'docker is not on the PATH',
      hint: expect.stringContaining('buildx'),
    });
  });
});
