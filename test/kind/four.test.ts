import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ReportJson } from '../../src/report/report-json.ts';
import { runCli, throwaway } from '../support/cli.ts';
import { daemon } from '../support/daemon.ts';
import { writeSpec } from '../support/spec-file.ts';

const SPEC = `pattern: kind
kind: { wait: 20m, load: [busybox:1] }
steps:
  - name: pod
    run: |
      kubectl run once --image busybox:1 --image-pull-policy Never --restart Never --command -- echo done
      until kubectl get pod once --output 'jsonpath={.status.phase}' | grep -q Succeeded; do sleep 0.2; done
`;

/** Whether one has to wait for a place is the machine's business: see slots.test.ts for what it says then. */
test('four clusters at once all work, and nothing is left', {
  timeout: 30 * 60_000,
}, async () => {
  const cwd = throwaway();
  writeSpec(cwd, SPEC);
  const jobs = Array.from({ length: 4 }, (_, index) => `job-${index}.json`);
  const ended = await Promise.all(jobs.map((result) => runCli(['exec', 'spec.yaml', '--progress', 'plain', '--result', result], { cwd })));
  for (const { code, stderr } of ended) expect(code, stderr).toBe(0);
  const reports = jobs.map((result) => JSON.parse(readFileSync(path.join(cwd, result), 'utf8')) as ReportJson);
  expect(reports.map(({ leftovers }) => leftovers)).toEqual([[], [], [], []]);
  const names = reports.map(({ run }) => run.replaceAll('-', ''));
  expect((await daemon().listAll()).filter(({ resource }) => names.some((name) => resource.name.includes(name)))).toEqual([]);
});
