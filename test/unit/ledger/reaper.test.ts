import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hostEngine } from '../../../src/engine/host/host.ts';
import { carries, processTable } from '../../../src/engine/host/proc.ts';
import { openLedger } from '../../../src/ledger/ledger.ts';
import { readLedgers } from '../../../src/ledger/ledgers.ts';
import { ownerOf, thisMachine } from '../../../src/ledger/owner.ts';
import { startReaper, WATCH } from '../../../src/ledger/reaper.ts';
import { headerOf, RUN } from './a-ledger.ts';

/** Two programs start from their sources. */
vi.setConfig({ testTimeout: 60_000 });

const MARKER = `RUNNER_STEP_ID=${RUN}.doomed`;
let state: string;
let folder: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'reaper-'));
  folder = join(state, `runner-${RUN}`);
});
afterEach(async () => {
  await hostEngine().killMarked(MARKER);
  await rm(state, { recursive: true, force: true });
});

async function start(end: string, how: { readonly detached?: boolean } = {}): Promise<ChildProcess> {
  const args = [join(import.meta.dirname, 'doomed-runner.ts'), state, folder, end];
  const env = { ...process.env, BUILD_ID: '7', JENKINS_SERVER_COOKIE: 'x', RUNNER_TRACKING_ID: 'github_1' };
  const runner = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'], ...how });
  await once(runner.stdout as NodeJS.ReadableStream, 'data');
  return runner;
}

/** The reaper's shell, or the reaper: whatever names the ledger and is not the runner. */
const reapers = async (): Promise<readonly number[]> => {
  const lines = processTable().entries.map(
    async ({ pid }) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const,
  );
  return (await Promise.all(lines)).filter(([, line]) => line.includes(`${state}/ledger/${RUN}.jsonl`)).map(([pid]) => pid);
};

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600 && !(await holds()); i += 1) await delay(50);
  expect(await holds()).toBe(true);
}

const isGone = async (): Promise<boolean> => {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  const runs = await hostEngine().findMarked(MARKER);
  return !exists && runs.length === 0 && (await readLedgers(state)).length === 0 && (await reapers()).length === 0;
};

test('a runner that is killed before its reaper has said that it is ready has one all the same', async () => {
  const does = join(state, 'done');
  const late = `(sleep 0.2; exec /bin/sh -c "$WATCH" "$LOG" touch "$DOES") </dev/null | true; while ! [ -e "$DOES" ]; do sleep 0.05; done`;
  const env = { PATH: process.env['PATH'], WATCH, LOG: join(state, 'log'), DOES: does };
  const [code] = (await once(spawn('/bin/sh', ['-c', late], { env, timeout: 10_000 }), 'exit')) as [number | null];
  expect(code).toBe(0);
});

test.each([
  ['runner', (runner: ChildProcess) => runner.kill('SIGKILL')],
  ['runner’s process group', (runner: ChildProcess) => process.kill(-(runner.pid ?? 0), 'SIGKILL')],
])('SIGKILL of the %s leaves nothing', async (_, kill) => {
  const runner = await start('hang', { detached: true });
  expect(await isGone()).toBe(false);
  kill(runner);
  await until(isGone);
  const reaped = JSON.parse(await readFile(join(state, 'runs', RUN, 'reaped.json'), 'utf8'));
  expect(reaped).toMatchObject({ by: 'reaper', isDone: true, removed: [`processes ${MARKER}`, `folder ${folder}`] });
});

test('a reaper ignores what a terminal or a service manager sends to everybody', async () => {
  const runner = await start('hang');
  const [reaper] = await reapers();
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.kill(reaper ?? 0, signal);
  runner.kill('SIGKILL');
  await until(isGone);
});

test('a reaper carries no cookie of a CI server, and holds no folder', async () => {
  const runner = await start('hang');
  const [reaper = 0] = await reapers();
  const environment = await readFile(`/proc/${reaper}/environ`, 'utf8');
  expect(environment).not.toMatch(/BUILD_ID|JENKINS|TRACKING/);
  expect(carries(runner.pid ?? 0, 'BUILD_ID=7')).toBe(true);
  runner.kill('SIGKILL');
  await until(isGone);
});

test('after a run that gave everything back, the reaper ends and does nothing', async () => {
  const runner = await start('clean');
  await once(runner, 'exit');
  await until(isGone);
  expect(await readdir(state)).toEqual(['ledger']);
});

test('a run that left something is cleaned up while its runner ends', async () => {
  await start('leave');
  await until(isGone);
});

test('a run that ends before all is done for the dead leaves the rest of that to its reaper', async () => {
  const run = RUN.replace(/.$/, '9');
  const dead = join(state, `runner-${run}`);
  await mkdir(dead);
  const { docker, ...header } = headerOf({ run, owner: ownerOf(process.pid, { ...thisMachine(), startTimeOf: () => '1' }) });
  await openLedger(state, header, [{ kind: 'folder', name: dead }]);
  await start('collect');
  await until(isGone);
  await expect(access(dead)).rejects.toThrow('ENOENT');
});

test('a kept run is left alone until its time is over', async () => {
  const runner = await start('keep');
  await once(runner, 'exit');
  await delay(300);
  await expect(access(folder)).resolves.toBeUndefined();
  expect(await reapers()).toHaveLength(1);
  await until(isGone);
});

test('a dead reaper stops no runner', async () => {
  const reaper = startReaper({
    node: 'node',
    script: 'x',
    logPath: '/dev/null',
    ledgerPath: `${state}/ledger/${RUN}.jsonl`,
    stateFolder: state,
    environment: {},
  });
  await reaper.ready;
  for (const pid of await reapers()) process.kill(pid, 'SIGKILL');
  await delay(50);
  await reaper.dismiss();
});
