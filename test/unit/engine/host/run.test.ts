import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostEngine } from '../../../../src/engine/host/host.ts';
import type { Exit, RunOptions } from '../../../../src/engine/ports.ts';
import type { ProcessPlan } from '../../../../src/plan/plan.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'host-run-'));
});
afterEach(() => rm(dir, { recursive: true }));

const PATH = '/usr/local/bin:/usr/bin:/bin';
const planOf = (script: string, more: Partial<ProcessPlan> = {}): ProcessPlan => ({
  command: ['sh', '-euc', script],
  env: { PATH },
  dir,
  stdin: 'none',
  marker: `RUNNER_STEP_ID=${randomUUID()}`,
  ...more,
});

interface Ran {
  readonly exit: Exit;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(plan: ProcessPlan, more: Partial<RunOptions> = {}): Promise<Ran> {
  const text = { stdout: '', stderr: '' };
  const exit = await hostEngine().run(plan, {
    onOutput: (stream, chunk) => {
      text[stream] += Buffer.from(chunk).toString();
    },
    signal: new AbortController().signal,
    killAfterMs: () => 0,
    ...more,
  });
  return { exit, ...text };
}

test('a process gets its folder, its environment and nothing else, and its output comes back stream by stream', async () => {
  const { exit, stdout, stderr } = await run(
    planOf('pwd; env | grep -v -e ^_= -e PWD -e SHLVL | sort; echo warned >&2', { marker: 'MARK=a=b' }),
  );
  expect(exit).toEqual({ code: 0, oomKilled: false });
  expect(stdout.split('\n')).toEqual([dir, 'MARK=a=b', `PATH=${PATH}`, '']);
  expect(stderr).toBe('warned\n');
});

test.each([
  ['exit 7', 7],
  ['kill -9 $$', 137],
  ['kill -TERM $$', 143],
])('the exit of `%s` is %i, as a shell says it', async (script, code) => {
  expect((await run(planOf(script))).exit.code).toBe(code);
});

test('standard input is what was given, or empty', async () => {
  expect((await run(planOf('cat'))).stdout).toBe('');
  expect((await run(planOf('cat'), { stdin: Buffer.from('a secret') })).stdout).toBe('a secret');
});

test('a program that does not read its input is no failure', async () => {
  expect((await run(planOf('exit 0'), { stdin: Buffer.alloc(1_000_000) })).exit.code).toBe(0);
});

test('a shell that is not installed is named, with where it was looked for', async () => {
  await expect(run(planOf('', { command: ['no-such-shell', '-c', ':'] }))).rejects.toMatchObject({
    code: 'host.tool-missing',
    message: 'no-such-shell is not on this machine, or is no program',
    detail: [`looked in ${PATH}`],
  });
});

test('a folder that does not exist is named', async () => {
  await expect(run(planOf(':', { dir: '/no/such' }))).rejects.toMatchObject({
    code: 'host.failed',
    message: 'the folder /no/such does not exist',
  });
});

test('a file that is no program is named', async () => {
  await expect(run(planOf('', { command: ['/etc/passwd'] }))).rejects.toMatchObject({
    code: 'host.tool-missing',
    detail: ['looked at /etc/passwd'],
  });
});

test('a slow consumer slows the process down and loses nothing', async () => {
  const wrote = join(dir, 'wrote');
  let bytes = 0;
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const running = run(planOf(`head -c 4000000 /dev/zero; touch ${wrote}`), {
    onOutput: async (_, chunk) => {
      await gate;
      bytes += chunk.length;
    },
  });
  await delay(300);
  await expect(readFile(wrote)).rejects.toThrow('ENOENT');
  release();
  await running;
  expect(bytes).toBe(4_000_000);
});

test('the last words of a process in the background are heard', async () => {
  expect((await run(planOf('(sleep 0.05; echo bye) &'))).stdout).toBe('bye\n');
});

test('a consumer that fails ends the process and gets its own error back', async () => {
  const failing = run(planOf('echo one; sleep 60'), {
    onOutput: () => {
      throw new Error('disk full');
    },
  });
  await expect(failing).rejects.toThrow('disk full');
});

test('a signal that has aborted before the start starts nothing', async () => {
  expect((await run(planOf(`touch ${dir}/started`), { signal: AbortSignal.abort() })).exit.code).toBe(143);
  await expect(readFile(`${dir}/started`)).rejects.toThrow('ENOENT');
});
