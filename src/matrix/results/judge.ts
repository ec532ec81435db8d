import { reportFromJson } from '../../report/report-json.ts';
import { decisive, outcomeOf } from '../../report/sentences.ts';
import type { Ran } from '../bench.ts';
import type { Trial } from '../schedule.ts';
import { type Failure, type FailureClass, type TrialEnded, VERSION } from './records.ts';

export interface Judged {
  readonly session: number;
  /** ISO 8601. */
  readonly at: string;
  readonly leaked: readonly string[];
}

/** What is kept of a run. */
export function resultOf({ id, cell, kind, nth, level, signal }: Trial, ran: Ran, { session, at, leaked }: Judged): TrialEnded {
  const { report } = ran;
  const failure = failureOf(ran);
  return {
    v: VERSION,
    type: 'trial.ended',
    trial: id,
    cell,
    kind,
    nth,
    ...(level === undefined ? {} : { level }),
    ...(signal === undefined ? {} : { signal }),
    session,
    at,
    wallSeconds: rounded(ran.wallSeconds),
    ...(report ? { run: report.run } : {}),
    status: report?.status ?? 'lost',
    exitCode: ran.exitCode,
    ...(failure ? { failure } : {}),
    ...(report ? { phases: report.phases } : {}),
    artifacts: report?.artifacts.map(({ path, sha256 }) => ({ path, sha256 })) ?? [],
    leaked: [...(report?.leftovers.map(({ kind: what, name }) => `${what} ${name}`) ?? []), ...leaked].filter(isFirst),
    usage: ran.usage,
    ...(ran.interruptedAfterSeconds === undefined ? {} : { interruptedAfterSeconds: rounded(ran.interruptedAfterSeconds) }),
  };
}

const isFirst = <T>(value: T, index: number, all: readonly T[]): boolean => all.indexOf(value) === index;
const rounded = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;

function failureOf({ report, exitCode, signal, lastLines }: Ran): Failure | undefined {
  if (!report)
    return exitCode === 0 ? undefined : { class: classOfCode(exitCode, signal), message: lastLines[0] ?? `exited with ${exitCode}` };
  if (report.status === 'passed' && exitCode === 0) return undefined;
  const whole = reportFromJson(report);
  const step = decisive(whole);
  const message = step?.error?.message ?? outcomeOf(whole);
  return { class: classOf(report, exitCode), ...(step ? { step: step.name } : {}), message };
}

function classOf({ status, timedOut }: NonNullable<Ran['report']>, exitCode: number): FailureClass {
  if (timedOut || exitCode === 124) return 'timeout';
  if (status === 'passed') return 'cleanup';
  if (status === 'cancelled') return 'crash';
  return status === 'errored' ? 'infrastructure' : 'build';
}

function classOfCode(exitCode: number, signal: NodeJS.Signals | undefined): FailureClass {
  if (signal !== undefined) return 'crash';
  if (exitCode === 2 || exitCode === 126) return 'refused';
  return exitCode === 125 ? 'infrastructure' : 'crash';
}
