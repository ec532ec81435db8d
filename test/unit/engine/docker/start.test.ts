import { describe, expect, test } from 'vitest';
import { startError } from '../../../../src/engine/docker/start-error.ts';
import { StartWatch } from '../../../../src/engine/docker/start-watch.ts';

const OCI = 'OCI runtime create failed: runc create failed: unable to start container process: ';

describe('a process that could not be started', () => {
  test.each([
    [`${OCI}exec: "sh": executable file not found in $PATH: unknown`, 'the image i has no sh'],
    [`${OCI}exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown`, 'the image i has no sh'],
    ['[FATAL tini (8)] exec sh failed: No such file or directory', 'the image i has no sh'],
    ['[FATAL tini (8)] exec sh failed: Permission denied', 'sh of the image i cannot be executed here'],
    [`${OCI}exec /bin/sh: exec format error`, 'sh of the image i cannot be executed here'],
    ['unable to find user bob: no matching entries in passwd file', 'the image i does not know the user it is to run as'],
    [
      `${OCI}chdir to cwd ("/x") set in config.json failed: no such file or directory`,
      'the working folder cannot be entered in the image i',
    ],
    [
      `${OCI}error during container init: error mounting "/a" to rootfs at "/b": not a directory`,
      'a mount could not be made in the image i',
    ],
    [`${OCI}exec: "docker-init": executable file not found in $PATH`, 'the daemon has no init process to start containers with'],
    [`${OCI}something new`, 'sh could not be started in the image i'],
  ])('%s', (reason, message) => {
    expect(startError({ image: 'i', program: 'sh', reason })).toMatchObject({ message, detail: [`reason: ${reason}`] });
  });
});

describe('the watch over a start', () => {
  async function watched(code: number, ...chunks: readonly string[]) {
    const passed: string[] = [];
    const watch = new StartWatch((stream, chunk) => void passed.push(`${stream} ${Buffer.from(chunk)}`));
    for (const chunk of chunks) await watch.onOutput('stderr', Buffer.from(chunk));
    const early = [...passed];
    return { reason: await watch.settle(code), early, passed };
  }

  test('takes words that are all there is for the reason', async () => {
    expect(await watched(127, '[FATAL tini (7)] ', 'exec x failed: No such file or directory', '\n')).toEqual({
      reason: '[FATAL tini (7)] exec x failed: No such file or directory\n',
      early: [],
      passed: [],
    });
  });

  test.each([
    [0, '[FATAL tini (7)] is what I print'],
    [1, 'OCI runtime exec failed: is what I print, too'],
  ])('gives back, with exit code %i, what only looked like it', async (code, text) => {
    expect(await watched(code, text)).toEqual({ reason: undefined, early: [], passed: [`stderr ${text}`] });
  });

  test('holds nothing else back, and nothing for long', async () => {
    expect((await watched(127, 'sh: x: not found')).early).toEqual(['stderr sh: x: not found']);
    expect((await watched(127, `[FATAL tini (7)] ${'x'.repeat(3000)}`)).early).toHaveLength(1);
    expect((await watched(127)).reason).toBeUndefined();
  });
});
