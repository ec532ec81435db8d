import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ReportJson } from '../../src/report/report-json.ts';
import { startCli, throwaway } from '../support/cli.ts';
import { leftOnDaemon } from '../support/daemon.ts';
import { commandLines } from '../support/machine.ts';
import { writeSpec } from '../support/spec-file.ts';

const CODE = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Stop = keyof typeof CODE;

const SPECS = {
  host: 'pattern: host\nsteps:\n  - { name: one, run: "echo begun; exec sleep 6543" }\n  - { name: last, run: "echo tidied", if: always }\n',
  single:
    'pattern: single\nimage: busybox:1\nsteps:\n  - { name: one, run: "echo begun; sleep 6543" }\n  - { name: last, run: "echo tidied", if: always }\n',
  serial:
    'pattern: serial\nimage: busybox:1\nmounts: [{ volume: v, target: /v }]\nsteps:\n  - { name: one, run: "echo begun; sleep 6543" }\n  - { name: last, run: "echo tidied", if: always }\n',
} as const;

const cases = Object.keys(SPECS).flatMap((pattern) => Object.keys(CODE).map((signal) => [pattern, signal] as [keyof typeof SPECS, Stop]));

describe.each(cases)('%s under %s', (pattern, signal) => {
  test('stops the step under way, runs what always runs, and leaves nothing', async () => {
    const cwd = throwaway();
    writeSpec(cwd, SPECS[pattern]);
    const { child, shown, ended } = startCli(['exec', 'spec.yaml', '--result', 'result.json'], { cwd });
    await shown('begun');
    child.kill(signal);
    const { code, stdout } = await ended;
    const report = JSON.parse(readFileSync(path.join(cwd, 'result.json'), 'utf8')) as ReportJson;
    expect(code).toBe(CODE[signal]);
    expect(report).toMatchObject({ status: 'cancelled', signal, leftovers: [] });
    expect(stdout).toContain('tidied');
    expect(await leftOnDaemon(report.run)).toEqual([]);
    expect(commandLines().filter((line) => line.includes('sleep 6543'))).toEqual([]);
  });
});

/** Seeded, so that a failure can be repeated; over a little more than a run takes. */
const instants = Array.from({ length: 8 }, (_, index) => Math.round(40 + index * 150));

describe.each(Object.keys(SPECS) as (keyof typeof SPECS)[])('%s, interrupted at any instant', (pattern) => {
  test.each(instants)('leaves nothing %i ms after its start', async (ms) => {
    const cwd = throwaway();
    writeSpec(cwd, SPECS[pattern].replaceAll('sleep 6543', 'sleep 0.3'));
    const { child, ended } = startCli(['exec', 'spec.yaml', '--grace', '0s'], { cwd });
    await delay(ms);
    child.kill('SIGINT');
    const { code, signal } = await ended;
    expect([0, 130, null]).toContain(code);
    if (code === null) expect(signal).toBe('SIGINT');
    const run = /([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]+)/.exec((await ended).stderr)?.[1];
    if (run) expect(await leftOnDaemon(run)).toEqual([]);
  });
});

test('a step that ignores TERM is killed when the second signal comes', async () => {
  const cwd = throwaway();
  writeSpec(
    cwd,
    `pattern: single\nimage: busybox:1\nsteps:\n  - { name: deaf, run: "trap '' TERM INT; echo begun; while :; do sleep 1; done" }\n`,
  );
  const { child, shown, ended } = startCli(['exec', 'spec.yaml', '--grace', '60s'], { cwd });
  await shown('begun');
  const startMs = performance.now();
  child.kill('SIGINT');
  await delay(300);
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect(performance.now() - startMs).toBeLessThan(20_000);
});

test('a reader that goes away does not keep anything from being cleaned up', async () => {
  const cwd = throwaway();
  writeSpec(cwd, 'pattern: single\nimage: busybox:1\nsteps:\n  - { name: flood, run: "yes | head -c 20000000" }\n');
  const { child, shown, ended } = startCli(['exec', 'spec.yaml', '--result', 'result.json'], { cwd });
  await shown('y');
  child.stdout?.destroy();
  await ended;
  const report = JSON.parse(readFileSync(path.join(cwd, 'result.json'), 'utf8')) as ReportJson;
  expect(report).toMatchObject({ status: 'passed', leftovers: [] });
});
