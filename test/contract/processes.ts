import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Setting } from './setting.ts';

const KILLED = { code: 137, oomKilled: false };
const TERMINATED = { code: 143, oomKilled: false };

/** What `run`, `start` and `stop` promise. */
export function processPromises(setting: () => Setting): void {
  test('an exit code is an answer, and both streams arrive in full', async () => {
    expect(await setting().run('fails')).toEqual({ exit: { code: 3, oomKilled: false }, stdout: 'out\n', stderr: 'err\n' });
  });

  test('whoever reads slowly gets everything, in order, before the run is over', async () => {
    let text = '';
    const onOutput = async (_: unknown, chunk: Uint8Array) => {
      await delay(20);
      text += Buffer.from(chunk).toString();
    };
    await setting().run('counts', { onOutput });
    expect(text).toBe('1\n2\n3\n4\n5\n');
  });

  test('what a reader throws ends the run with it', async () => {
    const onOutput = () => Promise.reject(new Error('no room on the screen'));
    await expect(setting().run('counts', { onOutput })).rejects.toThrow('no room on the screen');
  });

  test('standard input is what was given, then ends', async () => {
    expect(await setting().run('repeats', { stdin: Buffer.from('secret') })).toMatchObject({ stdout: 'secret' });
  });

  test('standard input is empty when nothing was given', async () => {
    expect(await setting().run('repeats')).toEqual({ exit: { code: 0, oomKilled: false }, stdout: '', stderr: '' });
  });

  test('what was called off before it started never starts', async () => {
    const name = await setting().created('fails');
    const options = { onOutput: () => {}, signal: AbortSignal.abort(), killAfterMs: () => 0 };
    expect(await setting().engine.run(name, options)).toEqual(KILLED);
    expect(await setting().engine.state(name)).toEqual({ running: false, exit: { code: 0, oomKilled: false } });
  });

  test('an abort sends TERM first', async () => {
    const { exit } = await setting().run('sleeps', { signal: AbortSignal.timeout(600), killAfterMs: () => 5000 });
    expect(exit).toEqual(TERMINATED);
  });

  test('an abort without grace kills at once', async () => {
    const { exit } = await setting().run('sleeps', { signal: AbortSignal.timeout(600) });
    expect(exit).toEqual(KILLED);
  });

  test('what ignores TERM is killed when the grace is over', async () => {
    const { exit, stdout } = await setting().run('resists', { signal: AbortSignal.timeout(800), killAfterMs: () => 300 });
    expect([exit, stdout]).toEqual([KILLED, 'up\n']);
  });

  test('a container that was started tells its end to who waits for it', async () => {
    const name = await setting().created('fails');
    const heard: string[] = [];
    const { ended } = await setting().engine.start(name, { onOutput: (_, chunk) => void heard.push(Buffer.from(chunk).toString()) });
    expect(await ended).toEqual({ code: 3, oomKilled: false });
    expect(heard.toSorted()).toEqual(['err\n', 'out\n']);
  });

  test('after detaching nothing is delivered, and the container goes on to its end', async () => {
    const name = await setting().created('dozes');
    const heard: Uint8Array[] = [];
    const running = await setting().engine.start(name, { onOutput: (_, chunk) => void heard.push(chunk) });
    running.detach();
    expect(await running.ended).toEqual({ code: 0, oomKilled: false });
    expect(heard).toEqual([]);
  });

  test('a container cannot be started that is not there', async () => {
    await expect(setting().engine.start(setting().name(), { onOutput: () => {} })).rejects.toMatchObject({ code: 'docker.failed' });
  });

  test('a stopped container has stopped when the promise says so, and stopping it again is fine', async () => {
    const name = await setting().started('resists');
    await setting().engine.stop(name);
    expect(await setting().engine.state(name)).toEqual({ running: false, exit: KILLED });
    await setting().engine.stop(name);
  });

  test('a run whose container is removed under it ends', async () => {
    const name = await setting().created('sleeps');
    const ended = setting().engine.run(name, { onOutput: () => {}, signal: new AbortController().signal, killAfterMs: () => 0 });
    const settled = ended.then(
      () => 'settled',
      () => 'settled',
    );
    await delay(400);
    await setting().engine.removeContainer(name);
    expect(await Promise.race([settled, delay(5000, 'hangs')])).toBe('settled');
  });
}

/** What `exec` promises. */
export function execPromises(setting: () => Setting): void {
  test('one more process has its own exit code, streams and input', async () => {
    const name = await setting().started('sleeps');
    expect(await setting().exec(name, 'fails')).toEqual({ exit: { code: 3, oomKilled: false }, stdout: 'out\n', stderr: 'err\n' });
    expect(await setting().exec(name, 'repeats', { stdin: Buffer.from('x') })).toMatchObject({ stdout: 'x' });
    expect(await setting().exec(name, 'repeats')).toMatchObject({ stdout: '' });
  });

  test('one that is aborted ends, by TERM or by KILL, and its container goes on', async () => {
    const name = await setting().started('sleeps');
    const gentle = await setting().exec(name, 'sleeps', { signal: AbortSignal.timeout(600), killAfterMs: () => 3000 });
    expect(gentle.exit).toEqual(TERMINATED);
    const hard = await setting().exec(name, 'resists', { signal: AbortSignal.timeout(600), killAfterMs: () => 200 });
    expect(hard.exit).toEqual(KILLED);
    expect(await setting().engine.state(name)).toMatchObject({ running: true });
  });

  test('there is none in a container that does not run', async () => {
    const name = await setting().created('sleeps');
    await expect(setting().exec(name, 'quiet')).rejects.toMatchObject({ code: 'docker.failed' });
  });

  test('one whose container stops under it is not taken for a failed build', async () => {
    const name = await setting().started('sleeps');
    const ended = setting()
      .exec(name, 'sleeps')
      .catch((error: unknown) => error);
    await delay(400);
    await setting().engine.stop(name);
    expect(await ended).toMatchObject({ code: 'docker.failed', message: expect.stringContaining('stopped') });
  });
}
