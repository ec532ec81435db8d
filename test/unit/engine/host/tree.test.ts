import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findGroups, makeGroup, removeGroup } from '../../../../src/engine/host/cgroup.ts';
import { hostEngine } from '../../../../src/engine/host/host.ts';
import type { Exit } from '../../../../src/engine/ports.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'host-tree-'));
  await writeFile(join(dir, 'forever'), FOREVER);
});
afterEach(() => rm(dir, { recursive: true }));

const FOREVER = 'trap "" TERM HUP; echo $$ >> pids; while :; do sleep 0.2; done';
const LEAVING: readonly (readonly [string, string])[] = [
  ['a child in the background', 'sh forever &'],
  ['a child that left the session', 'setsid sh forever &'],
  ['a daemon that forked twice', `setsid sh -c '(sh forever &)' &`],
  ['a child without its environment', 'env -i /bin/sh forever &'],
];
const UNTIL_STARTED = 'while ! [ -s pids ]; do sleep 0.01; done';

const hasGroups = ((): boolean => {
  const group = makeGroup(`TRY=${randomUUID()}`);
  if (group) removeGroup(group);
  return group !== undefined;
})();

async function survivorsOf(
  script: string,
  { abortAfterMs, killAfterMs = 0 }: { readonly abortAfterMs?: number; readonly killAfterMs?: number },
): Promise<{ exit: Exit; alive: string[] }> {
  const abort = new AbortController();
  if (abortAfterMs !== undefined) void delay(abortAfterMs).then(() => abort.abort());
  const exit = await hostEngine().run(
    { command: ['sh', '-c', script], env: { PATH: '/usr/bin:/bin' }, dir, stdin: 'none', marker: `RUNNER_STEP_ID=${randomUUID()}` },
    { onOutput: () => {}, signal: abort.signal, killAfterMs: () => killAfterMs },
  );
  return { exit, alive: await alivePids() };
}

async function alivePids(): Promise<string[]> {
  const pids = (await readFile(join(dir, 'pids'), 'utf8')).trim().split('\n');
  const states = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone')));
  return pids.filter((_, i) => states[i] !== 'gone' && !states[i]?.includes(') Z '));
}

test.each(LEAVING)('an abort ends %s', async (_, start) => {
  const { exit, alive } = await survivorsOf(`${start}\n sleep 60`, { abortAfterMs: 150 });
  expect(alive).toEqual([]);
  expect(exit.code).toBe(137);
});

test.each(LEAVING)('the end of the process ends %s', async (_, start) => {
  const { exit, alive } = await survivorsOf(`${start}\n ${UNTIL_STARTED}; exit 3`, {});
  expect(alive).toEqual([]);
  expect(exit.code).toBe(3);
});

test.skipIf(!hasGroups)('where control groups can be made, not even a daemon without environment and session gets away', async () => {
  const { alive } = await survivorsOf(`env -i /usr/bin/setsid /bin/sh -c '(/bin/sh forever &)' &\n ${UNTIL_STARTED}`, {});
  expect(alive).toEqual([]);
});

test('a process that ends on TERM has its own say in how it exits', async () => {
  const { exit } = await survivorsOf('echo $$ > pids; trap "exit 9" TERM; while :; do sleep 0.05; done', {
    abortAfterMs: 100,
    killAfterMs: 5_000,
  });
  expect(exit.code).toBe(9);
});

test('a process that ignores TERM is killed when its time is over', async () => {
  const started = Date.now();
  const { exit } = await survivorsOf(FOREVER, { abortAfterMs: 100, killAfterMs: 300 });
  expect(exit.code).toBe(137);
  expect(Date.now() - started).toBeGreaterThanOrEqual(390);
});

test('killing by marker reaches what a dead runner left, and nobody else', async () => {
  const marker = `RUNNER_STEP_ID=${randomUUID()}`;
  const start = (env: string): Promise<Exit> =>
    hostEngine().run(
      { command: ['sh', '-c', `echo $$ >> pids; sleep 60`], env: { PATH: '/usr/bin:/bin' }, dir, stdin: 'none', marker: env },
      { onOutput: () => {}, signal: stranger.signal, killAfterMs: () => 0 },
    );
  const stranger = new AbortController();
  const ours = start(marker);
  const theirs = start(`${marker}9`);
  await delay(100);
  await hostEngine().killMarked(marker);
  expect((await ours).code).toBe(143);
  expect(await alivePids()).toHaveLength(1);
  stranger.abort();
  await theirs;
  expect(findGroups(marker)).toEqual([]);
});

test('killing by a marker that nothing carries is done at once', async () => {
  await hostEngine().killMarked(`RUNNER_STEP_ID=${randomUUID()}`);
});
