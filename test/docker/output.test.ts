import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { calm, planOf, Setting } from '../contract/setting.ts';
import { connected } from './support/connected.ts';

const setting = new Setting(connected());
afterEach(() => setting.removeAll());

async function created(script: string): Promise<string> {
  const plan = { ...planOf(setting.name(), ['sh', '-c', script]), labels: setting.labels };
  await setting.engine.create(plan, { onProgress: () => {}, signal: new AbortController().signal });
  return plan.name;
}

/** Runs a script and counts its bytes. */
async function bytesOf(script: string): Promise<{ code: number; stdout: number; stderr: number }> {
  const count = { stdout: 0, stderr: 0 };
  const { code } = await setting.engine.run(
    await created(script),
    calm((stream, chunk) => {
      count[stream] += chunk.length;
    }),
  );
  return { code, ...count };
}

test('200 containers that exit at once, eight at a time: none hangs, none loses a word', async () => {
  const numbers = Array.from({ length: 200 }, (_, n) => n);
  const one = async (n: number): Promise<void> => {
    let text = '';
    const name = await created(`echo ${n}; exit ${n % 7}`);
    const exit = await setting.engine.run(
      name,
      calm((_, chunk) => {
        text += Buffer.from(chunk).toString();
      }),
    );
    expect([text, exit.code]).toEqual([`${n}\n`, n % 7]);
    await setting.engine.removeContainer(name);
  };
  const worker = async (): Promise<void> => {
    for (let n = numbers.pop(); n !== undefined; n = numbers.pop()) await one(n);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}, 180_000);

test('50,000 writes of one byte, on two streams', async () => {
  const script = 'i=0; while [ $i -lt 25000 ]; do printf x; printf y >&2; i=$((i+1)); done';
  expect(await bytesOf(script)).toEqual({ code: 0, stdout: 25_000, stderr: 25_000 });
});

test('the last line of a big output arrives, however fast the container is gone', async () => {
  const script = 'head -c 8000000 /dev/zero; echo end';
  for (let round = 0; round < 5; round += 1) expect(await bytesOf(script)).toEqual({ code: 0, stdout: 8_000_004, stderr: 0 });
});

test('a flood into a slow reader stays with the container, not in memory', async () => {
  const name = await created('head -c 104857600 /dev/zero');
  let total = 0;
  let highest = 0;
  const before = process.memoryUsage().rss;
  const onOutput = async (_: unknown, chunk: Uint8Array): Promise<void> => {
    total += chunk.length;
    highest = Math.max(highest, process.memoryUsage().rss - before);
    await delay(1);
  };
  await setting.engine.run(name, calm(onOutput));
  expect(total).toBe(104_857_600);
  expect(highest).toBeLessThan(64 * 2 ** 20);
}, 120_000);

test('a container that never reads its input loses nothing of its output', async () => {
  const stdin = Buffer.alloc(100_000, 'x');
  for (let round = 0; round < 10; round += 1) {
    const plan = { ...planOf(setting.name(), ['sh', '-c', 'echo out']), labels: setting.labels, stdin: 'secrets' as const };
    await setting.engine.create(plan, { onProgress: () => {}, signal: new AbortController().signal });
    let text = '';
    const onOutput = (_: unknown, chunk: Uint8Array): void => {
      text += Buffer.from(chunk).toString();
    };
    expect(await setting.engine.run(plan.name, { ...calm(onOutput), stdin })).toEqual({ code: 0, oomKilled: false });
    expect(text).toBe('out\n');
  }
});
