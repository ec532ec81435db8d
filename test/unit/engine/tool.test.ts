import { describe, expect, test } from 'vitest';
import type { RunOptions } from '../../../src/engine/ports.ts';
import { LastLines, runTool } from '../../../src/engine/tool.ts';

const env = { PATH: '/usr/bin:/bin' };

async function run(script: string, options: Partial<RunOptions> = {}) {
  const heard = { stdout: '', stderr: '' };
  const end = await runTool({
    command: ['sh', '-c', script],
    env,
    install: '',
    signal: new AbortController().signal,
    killAfterMs: () => 0,
    onOutput(stream, chunk) {
      heard[stream] += Buffer.from(chunk).toString();
    },
    ...options,
  });
  return { ...end, ...heard };
}

/** True while a process with these words in its arguments runs. */
const runs = async (words: string): Promise<boolean> => (await run(`ps -eo args | grep -v grep | grep -q '${words}'`)).code === 0;

describe('a tool', () => {
  test('says how it ended, what it said, and its last lines', async () => {
    expect(await run('echo out; echo err >&2; exit 4')).toEqual({
      code: 4,
      stdout: 'out\n',
      stderr: 'err\n',
      lastLines: expect.arrayContaining(['out', 'err']),
    });
  });

  test('sees the environment it is given and nothing else, and reads the input it is given', async () => {
    expect((await run('env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= | sort; cat')).stdout).toBe('PATH=/usr/bin:/bin\n');
    expect((await run('cat', { stdin: Buffer.from('words') })).stdout).toBe('words');
  });

  test('that is not there is told, with how to get it', async () => {
    const options = { env, signal: new AbortController().signal, killAfterMs: () => 0, onOutput: () => {} };
    await expect(runTool({ ...options, command: ['no-such-tool'], install: 'Install it.' })).rejects.toMatchObject({
      code: 'host.tool-missing',
      message: 'no-such-tool is not on the PATH',
      detail: ['looked in /usr/bin:/bin'],
      hint: 'Install it.',
    });
  });

  test('leads a process group of its own, away from the Ctrl-C of a terminal', async () => {
    const { stdout } = await run('ps -o pgid= -p $$; echo $$');
    const [group, own] = stdout.trim().split(/\s+/);
    expect(group).toBe(own);
  });

  test('ends on TERM with all it started, and tidies up in its time', async () => {
    const script = 'trap "echo tidy; exit 5" TERM; sleep 5001 & wait';
    const end = await run(script, { signal: AbortSignal.timeout(300), killAfterMs: () => 5000 });
    expect([end.code, end.stdout]).toEqual([5, 'tidy\n']);
    expect(await runs('sleep 5001')).toBe(false);
  });

  test('is killed with all it started when it does not', async () => {
    const script = 'trap "" TERM; sleep 5002 & while :; do sleep 0.1; done';
    expect(await run(script, { signal: AbortSignal.timeout(300), killAfterMs: () => 200 })).toMatchObject({ code: 137 });
    expect(await runs('sleep 5002')).toBe(false);
  });

  test('takes along what it left behind, which else would keep its output open', async () => {
    expect(await run('sleep 5003 & echo done')).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(await runs('sleep 5003')).toBe(false);
  });

  test('does not print faster than it is read', async () => {
    let pending = 0;
    let most = 0;
    const onOutput = async (): Promise<void> => {
      pending += 1;
      most = Math.max(most, pending);
      await new Promise((resolve) => setTimeout(resolve, 5));
      pending -= 1;
    };
    await run('head -c 500000 /dev/zero', { onOutput });
    expect(most).toBe(1);
  });
});

test('last lines are whole, also when they came in pieces', () => {
  const last = new LastLines(2);
  for (const piece of ['one\ntw', 'o\r\n\nthr', 'ee\nf€'.slice(0, 5)]) last.take(Buffer.from(piece));
  expect(last.lines).toEqual(['three', 'f€']);
});
