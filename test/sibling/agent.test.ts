import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leftOnDaemon } from '../support/daemon.ts';
import { agentImage, docker, runAgent, SOCKET_MOUNT, socketGroup } from './support/agent.ts';
import { IN_MEMORY, LAYOUTS, makeTrees, mountFlags, REFUSED } from './support/layouts.ts';
import { type Mode, modesOf } from './support/modes.ts';

/**
 * A runner in a container, started in every way that hides who it is, mounts every kind of path into a step, which reads
 * back what must be there. All layouts of one way are in one agent, so that the table costs a run a row.
 */
const base = mkdtempSync(path.join(tmpdir(), 'runner-test-agent-'));
const name = path.basename(base).toLowerCase();
const [volume, second, decoy] = [`${name}-volume`, `${name}-second`, `${name}-decoy`];
const hostname = path.join(base, 'hostname');
const at = (index: number): string => `/see/${index}`;
const real = (layoutPath: string): string => layoutPath.replace('<base>', base);

let image = '';
let modes: readonly Mode[] = [];

beforeAll(() => {
  image = agentImage();
  makeTrees(base);
  writeFileSync(path.join('/dev/shm', IN_MEMORY), 'memory of the machine');
  writeFileSync(hostname, 'nobody\n');
  writeSpecs();
  docker('volume', 'create', volume);
  docker('volume', 'create', second);
  const fill =
    'mkdir -p /v/sub/deeper; echo -n vol >/v/nonce; echo -n vol/sub >/v/sub/nonce; echo -n vol/sub/deeper >/v/sub/deeper/nonce; echo -n other >/w/nonce';
  docker('run', '--rm', '-v', `${volume}:/v`, '-v', `${second}:/w`, 'busybox:1', 'sh', '-c', fill);
  const decoyId = docker('run', '--detach', '--name', decoy, 'busybox:1', 'sleep', '3600');
  modes = modesOf({ decoy, decoyId, group: socketGroup(), hostname });
}, 300_000);

afterAll(() => {
  docker('rm', '--force', '--volumes', decoy);
  docker('rmi', '--force', image);
  docker('volume', 'rm', volume, second);
  rmSync(path.join('/dev/shm', IN_MEMORY));
  rmSync(base, { recursive: true });
});

function writeSpecs(): void {
  const folder = path.join(base, 'spec');
  mkdirSync(folder);
  const mounts = LAYOUTS.map((layout, index) => ({ source: real(layout.path), target: at(index) }));
  const look = LAYOUTS.flatMap(({ holds, readOnly }, index) => [
    ...Object.keys(holds).map((file) => `echo "${index}|${file}|$(cat '${path.join(at(index), file)}')"`),
    ...(readOnly ? [`if touch ${at(index)}/mine 2>/dev/null; then echo "${index}|writable|"; fi`] : []),
  ]);
  writeFileSync(
    path.join(folder, 'good.yaml'),
    JSON.stringify({ pattern: 'single', image: 'busybox:1', mounts, steps: [{ name: 'look', run: look.join('\n') }] }),
  );
  for (const [index, refused] of REFUSED.entries())
    writeFileSync(
      path.join(folder, `refused-${index}.yaml`),
      JSON.stringify({
        pattern: 'single',
        image: 'busybox:1',
        mounts: [{ source: refused.path, target: '/see' }],
        steps: [{ name: 'look', run: 'true' }],
      }),
    );
}

const SCRIPT = [
  'ln -s /l/bind/sub /links/bind; ln -s /etc /links/image',
  'runner doctor --pattern single',
  'echo "== good"; runner exec /spec/good.yaml --allow host-mounts --progress plain; echo "exit $?"',
  ...REFUSED.map((_, index) => `echo "== ${index}"; runner plan /spec/refused-${index}.yaml --allow host-mounts; echo "exit $?"`),
].join('\n');

const WHERE = ['-e', 'HOME=/scratch', '-e', 'TMPDIR=/scratch', '-e', 'RUNNER_STATE_DIR=/scratch/state'];

test('the table has the rows and columns that were promised', () => {
  expect(modes.length).toBeGreaterThanOrEqual(15);
  expect(LAYOUTS.length + REFUSED.length).toBeGreaterThanOrEqual(20);
});

describe.each(Array.from({ length: 21 }, (_, index) => index))('row %i', (row) => {
  test('finds itself, mounts what can be mounted, and refuses the rest with the reason', async () => {
    const mode = modes[row] as Mode;
    const flags = [...SOCKET_MOUNT, ...mountFlags(base, { volume, second }), '-v', `${base}/spec:/spec`, ...WHERE, ...mode.flags];
    const { stdout, stderr } = await runAgent([...flags, image, 'sh', '-c', `exec 2>&1\n${SCRIPT}`]);
    const [doctor = '', good = '', ...refused] = stdout.split(/^== \w+\n/m);
    const context = `${mode.name}\n${stdout}\n${stderr}`;
    expect(doctor, context).toMatch(mode.by);
    const expected = LAYOUTS.flatMap(({ holds }, index) => Object.entries(holds).map(([file, content]) => `${index}|${file}|${content}`));
    expect(
      good.split('\n').filter((line) => /^\d+\|/.test(line)),
      context,
    ).toEqual(expected);
    expect(good, context).toContain('leftovers 0');
    expect(good, context).toContain('exit 0');
    for (const [index, { reason }] of REFUSED.entries()) {
      expect(refused[index], context).toContain(reason);
      expect(refused[index], context).toContain('exit 125');
    }
  });
});

test('nothing is left of all that', async () => {
  const stopped = docker('ps', '--all', '--quiet', '--filter', `ancestor=${image}`);
  expect(stopped).toBe('');
  expect((await leftOnDaemon()).filter((one) => one.includes('probe'))).toEqual([]);
});
