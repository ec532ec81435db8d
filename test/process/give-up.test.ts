import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import { runCli, throwaway } from '../support/cli.ts';
import { headerOf, NETWORK, RUN, VOLUME } from '../unit/ledger/a-ledger.ts';

const GONE = 'unix:///nowhere/docker.sock';

/** A run of a process of another boot, on a daemon that is not there any more. */
async function deadRun(cwd: string): Promise<string> {
  const state = path.join(cwd, '.state');
  mkdirSync(state, { recursive: true });
  await openLedger(state, headerOf({ docker: { DOCKER_HOST: GONE } }), [NETWORK, VOLUME]);
  return path.join(state, 'ledger', `${RUN}.jsonl`);
}

test('what a run left on a daemon that is gone for good is forgotten when somebody asks for that, and only then', {
  timeout: 60_000,
}, async () => {
  const cwd = throwaway();
  const ledger = await deadRun(cwd);
  const dry = await runCli(['gc', '--dry-run', '--give-up', RUN], { cwd });
  expect(dry).toMatchObject({ code: 0, stderr: expect.stringContaining(`no Docker daemon answers at ${GONE}`) });
  expect(existsSync(ledger)).toBe(true);
  const { code, stdout } = await runCli(['gc', '--give-up', RUN], { cwd });
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('given up') });
  expect(stdout).toContain(`left    network ${NETWORK.name}: no Docker daemon answers at ${GONE}`);
  expect(existsSync(ledger)).toBe(false);
  expect((await runCli(['ps'], { cwd })).stdout).not.toContain(RUN);
  const reaped = JSON.parse(readFileSync(path.join(cwd, '.state/runs', RUN, 'reaped.json'), 'utf8')) as { left: readonly object[] };
  expect(reaped.left).toHaveLength(2);
});

test('giving up needs the ids of runs: nobody gives up everything by a slip', async () => {
  const { code, stderr } = await runCli(['gc', '--give-up'], { cwd: throwaway() });
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--give-up needs the ids of runs') });
});

test('a start that can remove nothing of a dead run adds nothing to its ledger', async () => {
  const cwd = throwaway();
  const ledger = await deadRun(cwd);
  const before = readFileSync(ledger, 'utf8');
  const hello = 'pattern: host\nsteps:\n  - { name: hello, run: echo hello }\n';
  for (const _ of [1, 2]) expect(await runCli(['exec', '-'], { cwd, stdin: hello })).toMatchObject({ code: 0, stdout: 'hello\n' });
  expect(readFileSync(ledger, 'utf8')).toBe(before);
});
