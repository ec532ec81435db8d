import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ReportJson } from '../../src/report/report-json.ts';
import { runCli, throwaway } from '../support/cli.ts';
import { daemon } from '../support/daemon.ts';
import { POD_SPEC } from '../support/pod-spec.ts';
import { writeSpec } from '../support/spec-file.ts';

/** Whether one has to wait for a place is the machine's business: see slots.test.ts for what it says then. */
test('four clusters at once all work, and nothing is left', {
  timeout: 30 * 60_000,
}, async () => {
  const cwd = throwaway();
  writeSpec(cwd, POD_SPEC);
  const jobs = Array.from({ length: 4 }, (_, index) => `job-${index}.json`);
  const ended = await Promise.all(jobs.map((result) => runCli(['exec', 'spec.yaml', '--progress', 'plain', '--result', result], { cwd })));
  for (const { code, stderr } of ended) expect(code, stderr).toBe(0);
  const reports = jobs.map((result) => JSON.parse(readFileSync(path.join(cwd, result), 'utf8')) as ReportJson);
  expect(reports.map(({ leftovers }) => leftovers)).toEqual([[], [], [], []]);
  const names = reports.map(({ run }) => run.replaceAll('-', ''));
  expect((await daemon().listAll()).filter(({ resource }) => names.some((name) => resource.name.includes(name)))).toEqual([]);
});
