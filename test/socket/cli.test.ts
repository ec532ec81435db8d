import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Guarded, guarded, ran, started } from './support/guarded.ts';

let guard: Guarded;
beforeAll(async () => {
  guard = await guarded();
});
afterAll(async () => expect(await guard.end()).toEqual([]));

const name = (part: string): string => `${guard.plan.run.slice(-8)}-${part}`;

test('docker run passes input, output and the exit code', async () => {
  const { code, stdout, stderr } = await ran(
    'docker',
    ['run', '--rm', '-i', 'busybox:1', 'sh', '-c', 'cat; echo err >&2; exit 7'],
    guard.env,
    'to stdin',
  );
  expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: 'to stdin', stderr: 'err\n' });
});

test('docker run -it works on a terminal', async () => {
  const command = `docker run --rm -it busybox:1 sh -c 'tty && read line && echo "got $line"'`;
  const { stdout, code } = await ran('script', ['-qec', command, '/dev/null'], guard.env, 'typed\n');
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/\/dev\/(?:pts\/0|console)[\s\S]*got typed/) });
});

test('docker exec runs in a container of the run, with and without a terminal and input', async () => {
  const { stdout: id } = await guard.docker('run', '-d', '--name', name('exec'), 'busybox:1', 'sleep', '300');
  expect((await guard.docker('exec', name('exec'), 'echo', 'hello')).stdout).toBe('hello\n');
  expect((await ran('docker', ['exec', '-i', id.trim(), 'wc', '-c'], guard.env, 'x'.repeat(300_000))).stdout.trim()).toBe('300000');
  expect((await guard.docker('exec', id.trim(), 'sh', '-c', 'exit 3')).code).toBe(3);
  const { stdout } = await ran('script', ['-qec', `docker exec -it ${name('exec')} tty`, '/dev/null'], guard.env);
  expect(stdout).toContain('/dev/pts/');
});

test('docker cp brings files in and out', async () => {
  const container = name('cp');
  await guard.docker('create', '--name', container, 'busybox:1', 'true');
  await writeFile(path.join(guard.workspace, 'in.txt'), 'cp');
  expect((await guard.docker('cp', path.join(guard.workspace, 'in.txt'), `${container}:/in.txt`)).code).toBe(0);
  expect((await guard.docker('cp', `${container}:/in.txt`, path.join(guard.workspace, 'out.txt'))).code).toBe(0);
  expect(await readFile(path.join(guard.workspace, 'out.txt'), 'utf8')).toBe('cp');
});

test('a folder of the step is mounted under its own path, the whole of it or a part', async () => {
  await mkdir(path.join(guard.workspace, 'sub'), { recursive: true });
  await writeFile(path.join(guard.workspace, 'sub/file'), 'in sub\n');
  const cat = async (...args: readonly string[]) => (await guard.docker('run', '--rm', ...args)).stdout;
  expect(await cat('-v', '/workspace:/w', 'busybox:1', 'cat', '/w/sub/file')).toBe('in sub\n');
  expect(await cat('-v', '/workspace/sub:/w', 'busybox:1', 'cat', '/w/file')).toBe('in sub\n');
  expect(await cat('-v', '/workspace/sub/file:/f:ro', 'busybox:1', 'cat', '/f')).toBe('in sub\n');
  expect(await cat('--mount', 'type=bind,source=/workspace/./sub/,target=/w', 'busybox:1', 'cat', '/w/file')).toBe('in sub\n');
  expect(await cat('-v', '/workspace/sub:/w', 'busybox:1', 'sh', '-c', 'echo new >/w/new; echo done')).toBe('done\n');
  expect(await readFile(path.join(guard.workspace, 'sub/new'), 'utf8')).toBe('new\n');
});

test('a link that leads out of the workspace leads nowhere', async () => {
  await symlink('/', path.join(guard.workspace, 'root'));
  await symlink('../../../../../../etc', path.join(guard.workspace, 'etc'));
  for (const source of ['/workspace/root/etc', '/workspace/etc', '/workspace/root']) {
    const { code, stdout } = await guard.docker('run', '--rm', '-v', `${source}:/w`, 'busybox:1', 'ls', '/w');
    expect({ source, found: code === 0 && /passwd|usr/.test(stdout) }).toEqual({ source, found: false });
  }
});

test('logs -f follows until the end, and a client that is gone hurts nobody', async () => {
  await guard.docker('run', '-d', '--name', name('logs'), 'busybox:1', 'sh', '-c', 'for i in 1 2 3 4; do echo line $i; sleep 0.5; done');
  const gone = started('docker', ['logs', '-f', name('logs')], guard.env);
  const whole = started('docker', ['logs', '-f', name('logs')], guard.env);
  await delay(600);
  gone.kill('SIGKILL');
  expect(await text(whole.stdout)).toBe('line 1\nline 2\nline 3\nline 4\n');
});

test('events are of the run alone', async () => {
  const since = Math.floor(Date.now() / 1000);
  const other = await guarded();
  await Promise.all([
    other.docker('run', '--rm', 'busybox:1', 'true'),
    guard.docker('run', '--rm', '--name', name('event'), 'busybox:1', 'true'),
  ]);
  const { stdout } = await guard.docker(
    'events',
    '--since',
    String(since),
    '--until',
    String(Math.ceil(Date.now() / 1000)),
    '--format',
    '{{json .}}',
  );
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { Actor: { Attributes: Record<string, string> } });
  expect(events.length).toBeGreaterThan(3);
  expect(new Set(events.map(({ Actor }) => Actor.Attributes['dev.runner.run']))).toEqual(new Set([guard.plan.run]));
  expect(await other.end()).toEqual([]);
});

test('networks and volumes can be made, used by name, listed and removed', async () => {
  const [network, volume] = [name('net'), name('vol')];
  expect((await guard.docker('network', 'create', network)).code).toBe(0);
  expect((await guard.docker('volume', 'create', volume)).code).toBe(0);
  await guard.docker(
    'run',
    '-d',
    '--network',
    network,
    '--name',
    name('www'),
    '-v',
    `${volume}:/www`,
    'busybox:1',
    'sh',
    '-c',
    'echo page >/www/index.html; httpd -f -p 80 -h /www',
  );
  await delay(500);
  expect((await guard.docker('run', '--rm', '--network', network, 'busybox:1', 'wget', '-qO-', `http://${name('www')}/`)).stdout).toBe(
    'page\n',
  );
  expect((await guard.docker('network', 'ls', '--format', '{{.Name}}')).stdout.trim().split('\n').toSorted()).toEqual(
    ['bridge', 'host', network, 'none'].toSorted(),
  );
  expect((await guard.docker('volume', 'ls', '--format', '{{.Name}}')).stdout).toContain(volume);
  await guard.docker('rm', '-f', name('www'));
  expect((await guard.docker('network', 'rm', network)).code).toBe(0);
  expect((await guard.docker('volume', 'rm', volume)).code).toBe(0);
});

test('anonymous volumes carry the label, so that none is left by a plain rm', async () => {
  await guard.docker('run', '--name', name('anon'), '-v', '/data', 'busybox:1', 'true');
  expect((await guard.left()).filter((one) => one.startsWith('volume') && !one.includes('-bind-')).length).toBe(1);
  await guard.docker('rm', name('anon'));
  expect((await guard.left()).filter((one) => one.startsWith('volume') && !one.includes('-bind-'))).toEqual([]);
});
