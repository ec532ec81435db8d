import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunOptions } from '../../src/engine/ports.ts';
import { calm, planOf, Setting } from '../contract/setting.ts';
import { connected } from './support/connected.ts';

const HOLD = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 86400 & wait $!; done'];
const setting = new Setting(connected());
let container: string;
beforeEach(hold);
afterEach(() => setting.removeAll());

async function hold(): Promise<void> {
  const plan = { ...planOf(setting.name(), HOLD), labels: setting.labels };
  await setting.engine.create(plan, { onProgress: () => {}, signal: new AbortController().signal });
  await setting.engine.start(plan.name, { onOutput: () => {} });
  container = plan.name;
}

const exec = (script: string, { user, marker = 'MARK=a', ...options }: Partial<RunOptions> & { user?: string; marker?: string } = {}) => {
  const plan = { container, command: ['sh', '-c', script], env: {}, stdin: 'none', marker, ...(user !== undefined && { user }) } as const;
  return setting.engine.exec(plan, { ...calm(() => {}), ...options });
};

/** The commands that run in the container, seen from inside. */
async function processes(): Promise<string> {
  const heard: string[] = [];
  await exec('ps -o args', { marker: 'MARK=ps', onOutput: (_, chunk) => void heard.push(Buffer.from(chunk).toString()) });
  return heard.join('');
}

const soon = () => AbortSignal.timeout(600);

describe('an aborted process takes with it', () => {
  test('what it left in the background in a session of its own', async () => {
    await exec('setsid sh -c "setsid sleep 4001 & sleep 4002" & sleep 4003', { signal: soon() });
    expect(await processes()).not.toMatch(/400\d/);
  });

  test('what belongs to another user', async () => {
    await exec('sleep 4004 & sleep 4005', { signal: soon(), user: '1000:1000' });
    expect(await processes()).not.toMatch(/400\d/);
  });

  test('children that cleared their environment', async () => {
    await exec('env -i sleep 4006; true', { signal: soon() });
    expect(await processes()).not.toMatch(/400\d/);
  });

  test('what ignores TERM, when the grace is over, and gives the others their time', async () => {
    const heard: string[] = [];
    const script = 'trap "sleep 0.2; echo tidy; exit 9" TERM; (trap "" TERM; sleep 4007) & sleep 4008 & wait $!';
    const onOutput = (_: unknown, chunk: Uint8Array): void => void heard.push(Buffer.from(chunk).toString());
    const exit = await exec(script, { signal: soon(), killAfterMs: () => 1500, onOutput });
    expect([exit.code, heard.join('')]).toEqual([9, expect.stringContaining('tidy\n')]);
    expect(await processes()).not.toMatch(/400\d/);
  });
});

test('other steps, also with a name that begins alike, go on', async () => {
  const other = exec('sleep 4101; echo fine', { marker: 'MARK=ab', signal: AbortSignal.timeout(5000) });
  await exec('sleep 4102', { marker: 'MARK=a', signal: soon() });
  expect(await processes()).toMatch(/sleep 4101/);
  expect(await other).toMatchObject({ code: 137 });
});

test('a container goes with a process that cannot be found in it', async () => {
  await exec('exec env -i sleep 4009', { signal: soon() });
  expect(await setting.engine.state(container)).toMatchObject({ running: false });
});

test('a container without a shell to look around goes, too', async () => {
  await exec('rm -f /bin/sh; while :; do :; done', { signal: soon() });
  expect(await setting.engine.state(container)).toMatchObject({ running: false });
});

test('what a step leaves in the background lives on for the next step', async () => {
  expect(await exec('sleep 4201 >/dev/null 2>&1 &')).toEqual({ code: 0, oomKilled: false });
  expect(await processes()).toMatch(/sleep 4201/);
});

test('a process that closes its output early is still waited for', async () => {
  const startedAt = performance.now();
  expect(await exec('exec >&- 2>&-; sleep 1; exit 5')).toMatchObject({ code: 5 });
  expect(performance.now() - startedAt).toBeGreaterThan(950);
});
