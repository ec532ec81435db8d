import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Program, ProgramEnd } from '../../engine/ports/program.ts';
import type { Engines } from '../../engine/ports.ts';
import { ownerOf } from '../../ledger/owner.ts';
import type { Bench, Ran, RunningTrial, TrialOptions } from '../../matrix/bench.ts';
import type { Cell } from '../../matrix/cells.ts';
import type { Trial } from '../../matrix/schedule.ts';
import type { ReportJson } from '../../report/report-json.ts';
import type { InterruptSignal } from '../../spec/matrix/matrix.ts';
import type { World } from '../world.ts';
import type { LeakWatch } from './leaks.ts';
import type { PlannedCell } from './plan-cells.ts';
import { watchUsage } from './watch-usage.ts';

export interface BenchOptions {
  readonly world: World;
  readonly engines: Engines;
  readonly cells: readonly PlannedCell[];
  readonly leaks: LeakWatch;
  /** For what a run brings back; emptied after each. */
  readonly scratch: string;
}

const SIGNAL: Readonly<Record<InterruptSignal, NodeJS.Signals>> = { int: 'SIGINT', term: 'SIGTERM', kill: 'SIGKILL' };

/** This machine: every run is a `runner exec` of its own, so that it costs what it costs a user, and can be killed as a user's can. */
export function benchOf(options: BenchOptions): Bench & { interruptAgain(): void } {
  const args = new Map(options.cells.map((planned) => [planned.cell.id, planned.args]));
  const running = new Set<RunningTrial>();
  return {
    async start(trial, cell, how) {
      const started = await start({ trial, cell, how, args: args.get(cell.id) ?? [], ...options });
      running.add(started);
      void started.ended.then(() => running.delete(started));
      return started;
    },
    interruptAgain() {
      for (const one of running) one.interrupt();
    },
    look: () => options.leaks.look(),
    appeared: (before, withinMs) => options.leaks.appeared(before, withinMs),
  };
}

interface Start extends BenchOptions {
  readonly trial: Trial;
  readonly cell: Cell;
  readonly how: TrialOptions;
  readonly args: readonly string[];
}

async function start({ trial, cell, how, args, world, engines, leaks, scratch }: Start): Promise<RunningTrial> {
  const folder = path.join(scratch, encodeURIComponent(trial.id));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const result = path.join(folder, 'result.json');
  const own = ['--progress', 'quiet', '--result', result, '--artifacts-dir', path.join(folder, 'artifacts')];
  const startedMs = world.clock.elapsed();
  const program = await world.startProgram({
    command: [...world.runner, 'exec', ...args, ...own],
    env: { ...world.environment, RUNNER_STATE_DIR: world.stateFolder, ...variablesOf(trial) },
    dir: world.folder,
    alone: how.alone,
  });
  const owner = ownerOf(program.pid);
  leaks.own(owner);
  const usage = watchUsage({ world, engines, owner, usesDaemon: cell.pattern !== 'host', disk: how.alone });
  const interruption = interruptLater(program, trial, how);
  const measure = async (): Promise<Ran> => {
    const end = await program.ended;
    const wallSeconds = (world.clock.elapsed() - startedMs) / 1_000;
    const interruptedMs = interruption.over();
    const report = reportIn(result);
    rmSync(folder, { recursive: true, force: true });
    return {
      wallSeconds,
      exitCode: end.code,
      signal: end.signal,
      report,
      lastLines: end.lastLines,
      usage: trial.kind === 'interrupt' ? {} : await usageOf(end, usage),
      interruptedAfterSeconds: interruptedMs === undefined ? undefined : interruptedMs / 1_000,
    };
  };
  return { owner, ended: measure(), interrupt: () => program.send('SIGINT') };
}

/** A workload may want to know which of its runs this is: one that fails now and then does. */
const variablesOf = ({ kind, nth }: Trial): Readonly<Record<string, string>> => ({
  RUNNER_MATRIX_KIND: kind,
  RUNNER_MATRIX_NTH: String(nth),
});

/** `over` says when it was interrupted; undefined: it ended before. */
function interruptLater(program: Program, { signal }: Trial, { interruptAfterMs }: TrialOptions): { over(): number | undefined } {
  if (signal === undefined || interruptAfterMs === undefined) return { over: () => undefined };
  let isSent = false;
  const timer = setTimeout(() => {
    isSent = true;
    program.send(SIGNAL[signal]);
  }, interruptAfterMs);
  return {
    over() {
      clearTimeout(timer);
      return isSent ? interruptAfterMs : undefined;
    },
  };
}

function reportIn(file: string): ReportJson | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ReportJson;
  } catch {
    return undefined; // it was killed before it wrote one
  }
}

async function usageOf({ cpuSeconds, rssBytes }: ProgramEnd, watch: ReturnType<typeof watchUsage>): Promise<Ran['usage']> {
  const { containers, diskBytes } = await watch.stop();
  return {
    cpuSeconds: Math.round((cpuSeconds + containers.cpuSeconds) * 100) / 100,
    rssBytes: rssBytes + containers.memoryBytes,
    ...(diskBytes === undefined ? {} : { diskBytes }),
  };
}
