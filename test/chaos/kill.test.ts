import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runCli, startCli, throwaway } from '../support/cli.ts';
import { daemon, leftOnDaemon } from '../support/daemon.ts';
import { commandLines, processesOf } from '../support/machine.ts';
import { writeSpec } from '../support/spec-file.ts';

/** `make chaos N=200` for the real thing. */
const TRIALS = Number(process.env['CHAOS_TRIALS'] ?? 4);

const SPECS = {
  host: 'pattern: host\nsteps:\n  - { name: one, run: "setsid sleep 7654 & sleep 0.4" }\n  - { name: two, run: "sleep 0.4" }\n',
  single:
    'pattern: single\nimage: busybox:1\nmounts: [{ volume: v, target: /v }]\nsteps:\n  - { name: one, run: "sleep 0.4" }\n  - { name: two, run: "sleep 0.4" }\n',
  serial:
    'pattern: serial\nimage: busybox:1\nmounts: [{ volume: v, target: /v }]\nsteps:\n  - { name: one, run: "sleep 0.3" }\n  - { name: two, run: "sleep 0.3" }\n',
  kind: 'pattern: kind\nkind: { wait: 10m, load: ["busybox:1"] }\nsteps:\n  - { name: one, run: "kubectl get nodes" }\n',
} as const;
type PatternName = keyof typeof SPECS;

/** Who is killed: the runner alone, or with it the reaper that would have cleaned up. */
const VICTIMS = ['runner', 'runner and reaper'] as const;

/** Spread over 1.3 times the time that such a run takes; the same in every run of the suite, so that a failure can be repeated. */
const instantOf = (pattern: PatternName, trial: number): number => 30 + ((trial * 0.618034) % 1) * (pattern === 'kind' ? 25_000 : 1_800);

const cases = (Object.keys(SPECS) as PatternName[]).flatMap((pattern) => VICTIMS.map((victim) => [pattern, victim] as const));

describe.each(cases)('%s: SIGKILL of the %s', (pattern, victim) => {
  test(`leaves nothing in any of ${TRIALS} trials`, { timeout: 60_000 + TRIALS * 90_000 }, async () => {
    const cwd = throwaway();
    writeSpec(cwd, SPECS[pattern]);
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const { child, ended } = startCli(['exec', 'spec.yaml'], { cwd });
      await delay(instantOf(pattern, trial));
      if (victim === 'runner and reaper') for (const pid of processesOf(path.join(cwd, '.state'))) kill(pid);
      child.kill('SIGKILL');
      await ended;
      if (victim === 'runner and reaper') await runCli(['gc'], { cwd });
      await untilNothingIsLeft(cwd, `trial ${trial}, killed after ${Math.round(instantOf(pattern, trial))} ms`);
    }
  });
});

/** What a person would look for: on the daemon, among the processes, in the temp folder, in the ledger. */
async function untilNothingIsLeft(cwd: string, trial: string): Promise<void> {
  const ids = runsIn(cwd);
  let left: readonly string[] = [];
  for (let waitedMs = 0; waitedMs < 40_000; waitedMs += 250) {
    left = await leftOf(cwd, ids);
    if (left.length === 0) return;
    await delay(250);
  }
  expect(left, trial).toEqual([]);
}

async function leftOf(cwd: string, ids: readonly string[]): Promise<readonly string[]> {
  const ledgers = existsSync(path.join(cwd, '.state/ledger')) ? readdirSync(path.join(cwd, '.state/ledger')) : [];
  const labelled = (await Promise.all(ids.map((id) => leftOnDaemon(id)))).flat();
  const objects = [...labelled, ...(await namedOnDaemon(ids))];
  const folders = readdirSync(tmpdir()).filter((name) => ids.some((id) => name.includes(id)));
  const processes = commandLines().filter((line) => line.includes('sleep 7654'));
  return [...ledgers, ...objects, ...folders, ...processes];
}

/** The nodes of clusters carry no label of ours, but the run in their name. */
async function namedOnDaemon(ids: readonly string[]): Promise<readonly string[]> {
  const all = await daemon().listAll();
  return all.map(({ resource }) => resource.name).filter((name) => ids.some((id) => name.includes(id.replaceAll('-', ''))));
}

const runsIn = (cwd: string): readonly string[] =>
  existsSync(path.join(cwd, '.state/runs')) ? readdirSync(path.join(cwd, '.state/runs')) : [];

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended.
  }
}

test('runs of others, and things that only look like ours, are left alone', async () => {
  const cwd = throwaway();
  writeSpec(cwd, 'pattern: single\nimage: busybox:1\nsteps: [{ name: long, run: "echo begun; sleep 5" }]\n');
  const other = startCli(['exec', 'spec.yaml'], { cwd });
  await other.shown('begun');
  const { execFileSync } = await import('node:child_process');
  const decoy = `runner-decoy-${process.pid}`;
  execFileSync('docker', ['volume', 'create', decoy]);
  try {
    const { code } = await runCli(['gc'], { cwd: throwaway(), env: {} });
    expect(code).toBe(0);
    expect(execFileSync('docker', ['volume', 'ls', '-q'], { encoding: 'utf8' })).toContain(decoy);
  } finally {
    execFileSync('docker', ['volume', 'rm', decoy]);
  }
  expect((await other.ended).code).toBe(0);
});

test('twenty runs at once do not get in each other’s way', async () => {
  const cwd = throwaway();
  writeSpec(cwd, SPECS.serial);
  const ended = await Promise.all(Array.from({ length: 20 }, () => runCli(['exec', 'spec.yaml', '--progress', 'quiet'], { cwd })));
  expect(ended.map(({ code }) => code)).toEqual(ended.map(() => 0));
  expect((await Promise.all(runsIn(cwd).map((id) => leftOnDaemon(id)))).flat()).toEqual([]);
});
