import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/engine/connect.ts';
import { ROOT, runCli, startCli, throwaway } from '../support/cli.ts';
import { writeSpec } from '../support/spec-file.ts';

/** A daemon of its own, so that nobody else's work dies with it. */
const ENGINE = { ...process.env, RUNNER_ENGINE_NAME: 'chaos' };
let address: string;

const engine = (command: 'up' | 'down'): string =>
  execFileSync(path.join(ROOT, 'fixtures/engine', command), { env: ENGINE, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

beforeAll(() => {
  address = engine('up');
  execFileSync('sh', ['-c', `docker save busybox:1 | docker --host ${address} load`]);
}, 180_000);

afterAll(() => void engine('down'), 60_000);

test('a daemon that is killed under a run is said, and once it is back the next start leaves nothing of the run', async () => {
  const cwd = throwaway();
  writeSpec(
    cwd,
    'pattern: serial\nimage: busybox:1\nmounts: [{ volume: v, target: /v }]\nsteps:\n  - { name: long, run: "echo begun; sleep 60" }\n',
  );
  const env = { DOCKER_HOST: address };
  const { shown, ended } = startCli(['exec', 'spec.yaml'], { cwd, env });
  await shown('begun');
  process.kill(pidOfDaemon(), 'SIGKILL');
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(125);
  expect(stderr).toMatch(/docker\.(gone|unreachable)/);
  expect(stderr).not.toContain('runner.bug');
  engine('up');
  expect((await runCli(['gc'], { cwd, env })).code).toBe(0);
  const { containers } = connect({ environment: env, context: undefined });
  expect(await containers.labelled('dev.runner.run')).toEqual([]);
}, 180_000);

function pidOfDaemon(): number {
  return Number(readFileSync(address.replace('unix://', '').replace(/docker\.sock$/, 'docker.pid'), 'utf8'));
}
