import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli, throwaway } from '../support/cli.ts';
import { leftOnDaemon, socketOfDaemon } from '../support/daemon.ts';
import { type Fault, scriptedDaemon } from '../support/scripted-daemon.ts';
import { writeSpec } from '../support/spec-file.ts';

const SPEC = `pattern: serial
image: busybox:1
mounts: [{ volume: v, target: /v }]
services: [{ name: web, image: "busybox:1", command: [sleep, "1000"], ready: { run: "true", interval: 50ms } }]
steps:
  - { name: one, run: "true" }
  - { name: two, run: "true" }
`;

/** Every call that changes something on the daemon. */
const CALLS: Readonly<Record<string, { readonly method: string; readonly path: RegExp }>> = {
  'network create': { method: 'POST', path: /\/networks\/create/ },
  'volume create': { method: 'POST', path: /\/volumes\/create/ },
  'container create': { method: 'POST', path: /\/containers\/create/ },
  'container start': { method: 'POST', path: /\/containers\/[^/]+\/start/ },
  'exec create': { method: 'POST', path: /\/containers\/[^/]+\/exec/ },
  'container remove': { method: 'DELETE', path: /\/containers\// },
  'network remove': { method: 'DELETE', path: /\/networks\// },
  'volume remove': { method: 'DELETE', path: /\/volumes\// },
};

const FAULTS: Readonly<Record<string, Fault>> = {
  'a refusal (500)': { type: 'answer', status: 500, body: { message: 'out of sorts' } },
  'a conflict (409)': { type: 'answer', status: 409, body: { message: 'in the way' } },
  'a reset before it acts': { type: 'reset' },
  'an answer that is lost after it acted': { type: 'lose-answer' },
  'a wrong answer after it acted (500)': { type: 'answer-after', status: 500, body: { message: 'out of sorts' } },
};

describe.each(Object.keys(CALLS))('%s meets', (call) => {
  test.each(Object.keys(FAULTS))('%s: the run ends with a report, and nothing of it is left', async (fault) => {
    const proxy = await scriptedDaemon(socketOfDaemon());
    onTestFinished(() => proxy.close());
    proxy.rule({ ...(CALLS[call] as (typeof CALLS)[string]), times: 1, fault: FAULTS[fault] as Fault });
    const cwd = throwaway();
    writeSpec(cwd, SPEC);
    const { code, stderr } = await runCli(['exec', 'spec.yaml'], { cwd, env: { DOCKER_HOST: proxy.url } });
    expect([0, 120, 125], stderr).toContain(code);
    expect(stderr).not.toContain('runner.bug');
    const [run = ''] = readdirSync(path.join(cwd, '.state/runs'));
    await untilNothingIsLeft(run, path.join(cwd, '.state/ledger'));
  });
});

/** What the run could not give back is its reaper's. */
async function untilNothingIsLeft(run: string, ledgers: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < 15_000; waitedMs += 250) {
    if ((await leftOnDaemon(run)).length === 0 && readdirSync(ledgers).length === 0) return;
    await delay(250);
  }
  expect([...(await leftOnDaemon(run)), ...readdirSync(ledgers)]).toEqual([]);
}
