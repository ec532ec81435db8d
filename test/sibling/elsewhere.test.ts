import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../support/cli.ts';
import { agentImage, docker, runAgent, SOCKET_MOUNT } from './support/agent.ts';
import { blurredDaemon, type Hidden } from './support/blurred-daemon.ts';

const base = mkdtempSync(path.join(tmpdir(), 'runner-test-elsewhere-'));
const name = path.basename(base).toLowerCase();
const decoy = `${name}-decoy`;
const ws = path.join(base, 'ws');
let image = '';
let decoyId = '';

beforeAll(() => {
  image = agentImage();
  mkdirSync(ws);
  mkdirSync(path.join(base, 'other'));
  writeFileSync(path.join(ws, 'in.txt'), 'in\n');
  const steps = [{ name: 'look', run: 'cat in.txt > out.txt; echo seen' }];
  const spec = { pattern: 'single', image: 'busybox:1', steps, artifacts: { paths: ['out.txt'] } };
  writeFileSync(path.join(ws, 'spec.yaml'), JSON.stringify(spec));
  writeFileSync(path.join(ws, 'bind.yaml'), JSON.stringify({ ...spec, workspace: { mode: 'bind' } }));
  decoyId = docker('run', '--detach', '--name', decoy, 'busybox:1', 'sleep', '3600');
}, 300_000);

afterAll(() => {
  docker('rm', '--force', decoy);
  docker('rmi', '--force', image);
  rmSync(base, { recursive: true });
});

const say = ['--progress', 'plain'];
const at = (place: string): readonly string[] => ['-v', `${ws}:${place}`, '-w', place];

describe('said by hand', () => {
  test('another container’s id is never used, and the right one is named', async () => {
    const { stderr, code } = await runAgent([
      ...SOCKET_MOUNT,
      ...at('/builds'),
      image,
      'runner',
      'exec',
      'spec.yaml',
      '--self-container',
      decoyId,
    ]);
    expect(stderr).toContain('is another container [self.unidentified]');
    expect(stderr).toMatch(/Leave it out, or name [0-9a-f]{12}/);
    expect(code).toBe(125);
  });

  test('an id that no container has is refused', async () => {
    const flags = ['-e', 'RUNNER_SELF_CONTAINER=no-such', '--hostname', 'agent', '--cgroupns', 'private'];
    const { stderr, code } = await runAgent([...SOCKET_MOUNT, ...at('/builds'), ...flags, image, 'runner', 'plan', 'spec.yaml']);
    expect(stderr).toContain('no-such was named as the runner’s own container, and it is no container of this daemon');
    expect(code).toBe(125);
  });

  test('`none` is believed only until a probe has looked', async () => {
    const { stderr, code } = await runAgent([
      ...SOCKET_MOUNT,
      ...at('/builds'),
      image,
      'runner',
      'exec',
      'bind.yaml',
      '--self-container',
      'none',
      ...say,
    ]);
    expect(stderr).toContain('the daemon does not see /builds');
    expect(code).toBe(125);
  });
});

describe('a probe', () => {
  test('is made once for a daemon and a mount', async () => {
    const twice = 'for n in 1 2; do runner exec spec.yaml --progress quiet --result /tmp/$n.json; done; cat /tmp/1.json /tmp/2.json';
    const { stdout } = await runAgent([...SOCKET_MOUNT, ...at('/builds'), image, 'sh', '-c', twice]);
    expect(stdout).toMatch(/the daemon sees it[\s\S]*known from before/);
  });
});

describe('a daemon that tells little', () => {
  const asked = async (hidden: readonly Hidden[], flags: readonly string[], ...words: readonly string[]): Promise<string> => {
    const socket = path.join(base, `${hidden.length}-${words.length}.sock`);
    onTestFinished(await blurredDaemon(socket, hidden));
    const blurred = ['-v', `${socket}:/var/run/docker.sock`, '--cgroupns', 'private', '-v', `${ws}/in.txt:/etc/hostname`];
    const { stdout, stderr } = await runAgent([...blurred, ...at('/builds'), ...flags, image, 'runner', ...words]);
    return stdout + stderr;
  };

  test('is shown a process of the runner where it tells no layers', async () => {
    expect(await asked(['layers'], [], 'doctor')).toMatch(/hostname +[0-9a-f]{12} verified/);
    expect(await asked(['layers'], ['--hostname', decoy], 'doctor', '--json')).toMatch(/is another container[\s\S]*[0-9a-f]{64} verified/);
  });

  test('is not believed anything where it tells neither layers nor processes; one screen says what was tried and what settles it', async () => {
    const screen = await asked(['layers', 'processes'], [], 'plan', 'spec.yaml');
    expect(screen).toContain("which one can't be verified [self.unidentified]");
    for (const line of [/cgroup +no id/, /mountinfo +no id/, /hostname +[0-9a-f]{12} can be neither/, /search +\d+ of \d+ running/])
      expect(screen).toMatch(line);
    expect(screen).toContain('--self-container ID');
  });

  test('is told by hand then, and the probe stays', async () => {
    const screen = await asked(
      ['layers', 'processes'],
      ['--name', `${name}-agent`],
      'plan',
      'spec.yaml',
      '--self-container',
      `${name}-agent`,
    );
    expect(screen).toContain(`/workspace ← /builds (daemon: ${ws})`);
    expect(screen).toContain('probe of mounts');
  });
});

describe('a daemon that is not the agent’s own', () => {
  const engine = (command: 'up' | 'down'): string =>
    execFileSync(path.join(ROOT, 'fixtures/engine', command), {
      env: { ...process.env, RUNNER_ENGINE_NAME: 'sibling' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim();
  let socket: readonly string[] = [];

  beforeAll(() => {
    const address = engine('up');
    execFileSync('sh', ['-c', `docker save busybox:1 | docker --host ${address} load`]);
    socket = ['-v', `${address.replace('unix://', '')}:/var/run/docker.sock`];
  }, 180_000);
  afterAll(() => void engine('down'), 60_000);

  test('gets the workspace as a copy unless the spec says otherwise, and gives the artifacts back', async () => {
    rmSync(path.join(ws, 'out.txt'), { force: true });
    const { code, stderr } = await runAgent([...socket, ...at('/builds'), image, 'runner', 'exec', 'spec.yaml', ...say]);
    expect(code, stderr).toBe(0);
    expect(readFileSync(path.join(ws, 'out.txt'), 'utf8')).toBe('in\n');
  });

  test('may mount what it sees at the same path', async () => {
    const { code, stdout, stderr } = await runAgent([...socket, ...at(ws), image, 'runner', 'exec', 'bind.yaml', ...say]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('seen');
  });

  test('mounts nothing that it does not see, and nothing else in its place', async () => {
    const absent = await runAgent([...socket, ...at('/builds'), image, 'runner', 'exec', 'bind.yaml', ...say]);
    expect(absent.stderr).toContain('there is no such path where the daemon is');
    const other = await runAgent([...socket, ...at(path.join(base, 'other')), image, 'runner', 'exec', 'bind.yaml', ...say]);
    expect(other.stderr).toContain(`the daemon sees something else than ${base}/other`);
    expect(other.stderr).toContain('the daemon sees there an empty folder');
    expect([absent.code, other.code]).toEqual([125, 125]);
  });
});

describe('a step that uses Docker, of an agent', () => {
  const fixture = path.join(ROOT, 'fixtures/sibling/run-with-mounts');
  const exec = ['runner', 'exec', 'spec.yaml', ...say];

  test.each<[string, (copy: string, volume: string) => readonly string[]]>([
    ['a bind mount, and one for temporary files', (copy) => ['-v', `${copy}:/builds/x`, '-v', `${base}/tmp:/tmp`, '-w', '/builds/x']],
    ['a bind mount only', (copy) => ['-v', `${copy}:/builds/x`, '-w', '/builds/x']],
    ['a volume', (_, volume) => ['-v', `${volume}:/builds`, '-w', '/builds/x']],
  ])('sees its own files in what it starts, with the workspace in %s', async (_, flags) => {
    mkdirSync(path.join(base, 'tmp'), { recursive: true });
    const copy = mkdtempSync(path.join(base, 'copy-'));
    cpSync(fixture, copy, { recursive: true });
    const volume = path.basename(copy).toLowerCase();
    docker('run', '--rm', '-v', `${volume}:/v`, '-v', `${copy}:/from`, 'busybox:1', 'cp', '-r', '/from', '/v/x');
    onTestFinished(() => void docker('volume', 'rm', volume));
    const { code, stdout, stderr } = await runAgent([...SOCKET_MOUNT, ...flags(copy, volume), image, ...exec]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('from the step');
    expect(stdout).toContain('from beside');
  });

  test('is refused where runner and steps share no folder for the socket', async () => {
    const script = 'printf "pattern: sibling\\nimage: busybox:1\\nsteps: [{ name: a, run: ls }]\\n" > /s.yaml; exec runner exec /s.yaml';
    const { code, stderr } = await runAgent([...SOCKET_MOUNT, image, 'sh', '-c', script]);
    expect(stderr).toContain('there is no place for a Docker socket that both the runner and the steps can see');
    expect(stderr).toContain('TMPDIR');
    expect(code).toBe(125);
  });
});
