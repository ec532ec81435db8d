import { connect as dial } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Behind, guardedRecording, RUN } from './support/behind.ts';
import { escapeIn } from './support/oracle.ts';
import { type Mutated, requests } from './support/requests.ts';

const COUNT = 10_000;
const AT_ONCE = 64;
/** Of this process, which is also the client and the daemon: the machine may have others to serve. */
const CPU_LIMIT_MS = 20_000;

let behind: Behind;
beforeAll(async () => {
  behind = await guardedRecording();
});
afterAll(() => behind.close());

/** The status of the answer; 0: the connection was closed without one, which is right for what is no HTTP. */
function sent({ text, isCut }: Mutated): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = dial(behind.socketPath);
    let answer = '';
    socket.setTimeout(10_000, () => reject(new Error(`no answer within 10 s to ${JSON.stringify(text.slice(0, 600))}`)));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (answer.includes('101 UPGRADED') || /\r\n\r\n/.test(answer)) socket.destroy();
    });
    socket.on('error', () => {}).once('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)));
    if (isCut) socket.end(text);
    else socket.write(text);
  });
}

test(`${COUNT.toLocaleString('en')} mutated requests: no crash, no escape, nothing made without labels, in bounded time`, async () => {
  const before = process.cpuUsage();
  const texts = fc.sample(requests, { numRuns: COUNT, seed: 20_261_128 });
  const statuses = new Map<number, number>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let text = texts[next++]; text !== undefined; text = texts[next++]) {
      const status = await sent(text);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const { user, system } = process.cpuUsage(before);
  const escapes = behind.daemon.seen.flatMap((seen) => {
    const what = escapeIn(seen, RUN);
    return what === undefined ? [] : [`${what}: ${seen.method} ${seen.path}?${seen.query} ${seen.body}`];
  });
  expect(escapes).toEqual([]);
  expect(statuses.get(500) ?? 0).toBe(0);
  // Not everything may be refused, or nothing was tried: creates, builds and upgrades went through.
  const made = behind.daemon.seen.filter(({ method, path }) => method === 'POST' && /create$|build$|commit$|attach$/.test(path));
  expect(made.length).toBeGreaterThan(COUNT / 50);
  expect(Math.max(...statuses.values())).toBeLessThan(COUNT * 0.9);
  expect((user + system) / 1000).toBeLessThan(CPU_LIMIT_MS);
  expect(await sent({ text: 'GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n', isCut: false })).toBe(200);
}, 200_000);
