import type { Engines } from '../engine/ports.ts';
import { leftoversOf } from '../ledger/audit.ts';
import type { Finding } from '../ledger/full-audit.ts';
import type { Plan } from '../plan/plan.ts';
import { type Resource, resourceText } from '../plan/resource.ts';
import { resourcesOf } from '../plan/resources-of.ts';
import type { CleanupResult, Report } from '../report/report.ts';
import { collectEvidence } from './evidence.ts';
import { keepOf } from './keep.ts';
import { blameService, exitCodeOf, statusOf } from './outcome.ts';
import { type Ran, runSteps } from './run-steps.ts';
import { Scope } from './scope.ts';
import type { Surroundings } from './surroundings.ts';

/** Carry a plan out, give everything back, and say what happened. Resolves for every outcome of the build. */
export async function execute(plan: Plan, around: Surroundings): Promise<Report> {
  const startMs = around.now();
  const scope = new Scope(around.engines);
  await around.emit({ type: 'run.started', plan, startedAt: around.startedAt.toISOString() });
  const ran = await runInTime(plan, scope, around);
  const status = statusOf(ran.steps, around.stops.reason);
  await collectEvidence(plan, status, around);
  const kept = keepOf(plan, status, around);
  const returned = kept ? await keep(around, kept.until) : await giveBack(plan, scope, around);
  const report = {
    ...reportOf(plan, ran, around, returned),
    durationMs: around.now() - startMs,
    ...(kept ? { kept } : {}),
  };
  await around.emit({ type: 'run.ended', report });
  return report;
}

async function runInTime(plan: Plan, scope: Scope, around: Surroundings): Promise<Ran> {
  const { stops } = around;
  const deadline = setTimeout(() => stops.stop({ by: 'deadline' }), plan.timeoutMs);
  const ran = await runSteps(plan, scope, around).finally(() => clearTimeout(deadline));
  stops.stepsAreOver();
  return { ...ran, steps: blameService(ran.steps, stops.reason) };
}

interface Returned {
  readonly cleanup: readonly CleanupResult[];
  readonly leftovers: readonly Resource[];
  readonly cleanUpMs: number;
  readonly audit?: readonly Finding[];
}

async function giveBack(plan: Plan, scope: Scope, { engines, ledger, emit, now, stops, audit }: Surroundings): Promise<Returned> {
  const startMs = now();
  await emit({ type: 'phase.started', phase: 'clean up' });
  const cleanup = await scope.close();
  for (const result of cleanup) {
    if (result.ok) ledger.removed(result.resource);
    await emit({ type: 'cleanup.ended', result });
  }
  const leftovers = await leftOf(plan, cleanup, engines);
  // A daemon may finish a create after an interrupt; the reaper looks again, longer than a person waits.
  await (leftovers.length === 0 && !stops.signal.aborted ? ledger.close() : ledger.leave());
  const cleanUpMs = now() - startMs;
  return { cleanup, leftovers, cleanUpMs, ...(audit ? { audit: await audit().catch(unknowable) } : {}) };
}

const unknowable = (error: Error): readonly Finding[] => [{ change: 'vanished', what: `the second inventory: ${error.message}` }];

/** The daemon and the machine are asked, not believed; when the daemon is gone, what could not be removed is all that is known. */
async function leftOf(plan: Plan, cleanup: readonly CleanupResult[], engines: Engines): Promise<readonly Resource[]> {
  const stuck = cleanup.filter(({ ok }) => !ok).map(({ resource }) => resource);
  const found = await leftoversOf({ run: plan.run, resources: resourcesOf(plan) }, engines).catch(() => []);
  return [...new Map([...stuck, ...found].map((resource) => [resourceText(resource), resource])).values()];
}

async function keep({ ledger, startedAt }: Surroundings, until: string): Promise<Returned> {
  await ledger.keep(Date.parse(until) || startedAt.getTime());
  return { cleanup: [], leftovers: [], cleanUpMs: 0 };
}

function reportOf(plan: Plan, ran: Ran, { stops, startedAt }: Surroundings, returned: Returned): Omit<Report, 'durationMs'> {
  const { reason } = stops;
  const { audit } = returned;
  const isClean = returned.leftovers.length === 0 && (audit ?? []).every(({ why }) => why !== undefined);
  return {
    run: plan.run,
    name: plan.name,
    pattern: plan.pattern,
    status: statusOf(ran.steps, reason),
    exitCode: exitCodeOf(ran.steps, reason, isClean),
    startedAt: startedAt.toISOString(),
    phases: { prepareMs: ran.spentMs.prepare, runMs: ran.spentMs.run, collectMs: ran.spentMs.collect, cleanUpMs: returned.cleanUpMs },
    steps: ran.steps,
    artifacts: ran.artifacts,
    cleanup: returned.cleanup,
    leftovers: returned.leftovers,
    ...(audit ? { audit } : {}),
    ...(reason?.by === 'signal' ? { signal: reason.signal } : {}),
    ...(reason?.by === 'deadline' ? { timedOut: true as const } : {}),
  };
}
