import type { OutputStream } from '../../../../src/engine/ports.ts';
import type { RunId } from '../../../../src/plan/names.ts';
import type { Plan, Step, StepOf } from '../../../../src/plan/plan.ts';
import type { RunEvent } from '../../../../src/report/events.ts';
import type { Report, StepReport } from '../../../../src/report/report.ts';

export const RUN = '01936f2c-9a10-7c3e-8b44-5f0d2a9c1e77' as RunId;

export const task = (name: string): StepOf<'task'> => ({
  kind: 'task',
  name,
  when: 'success',
  place: { in: 'process', process: { command: ['sh', '-euc', 'true'], env: {}, dir: '/work', stdin: 'none', marker: 'RUNNER=1' } },
  retry: { max: 0, on: [] },
  allowFailure: false,
});

export const network: StepOf<'network'> = { kind: 'network', name: 'net', when: 'success', network: { name: 'runner-1-net', labels: {} } };

export const planOf = (...steps: readonly Step[]): Plan => ({
  run: RUN,
  name: 'demo',
  pattern: 'serial',
  file: '/work/runner.yaml',
  timeoutMs: 3_600_000,
  keep: { when: 'never', forMs: 0 },
  secrets: [],
  collect: [],
  steps,
  notes: [],
});

export const stepReport = (name: string, more: Partial<StepReport> = {}): StepReport => ({
  name,
  kind: 'task',
  status: 'passed',
  startedMs: 0,
  durationMs: 3_200,
  attempts: 1,
  ...more,
});

export const reportOf = (more: Partial<Report> = {}): Report => ({
  run: RUN,
  name: 'demo',
  pattern: 'serial',
  status: 'passed',
  exitCode: 0,
  startedAt: '2026-01-02T03:04:05.000Z',
  durationMs: 12_340,
  phases: { prepareMs: 1_200, runMs: 10_100, collectMs: 40, cleanUpMs: 1_000 },
  steps: [],
  artifacts: [],
  cleanup: [],
  leftovers: [],
  ...more,
});

export const started = (...steps: readonly Step[]): RunEvent => ({
  type: 'run.started',
  plan: planOf(...steps),
  startedAt: '2026-01-02T03:04:05.000Z',
});

export const output = (step: Step, text: string | Uint8Array, stream: OutputStream = 'stdout'): RunEvent => ({
  type: 'step.output',
  step,
  stream,
  chunk: Buffer.from(text),
});

export const begin = (step: Step, attempt = 1): RunEvent => ({ type: 'step.started', step, attempt });

export const end = (step: Step, more: Partial<StepReport> = {}): RunEvent => ({
  type: 'step.ended',
  step,
  report: stepReport(step.name, { kind: step.kind, ...more }),
});

export const runEnd = (more: Partial<Report> = {}): RunEvent => ({ type: 'run.ended', report: reportOf(more) });
