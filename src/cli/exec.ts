import { execute } from '../execute/execute.ts';
import { Stops } from '../execute/stops.ts';
import type { Surroundings } from '../execute/surroundings.ts';
import { lockCache } from '../ledger/cache-lock.ts';
import { proofsIn } from '../ledger/proofs.ts';
import { fanOut } from '../report/fan-out.ts';
import { maskerOf } from '../report/masker.ts';
import type { Report } from '../report/report.ts';
import { admitCluster } from './admit-cluster.ts';
import { auditFor } from './audit.ts';
import { collectDead } from './collect-dead.ts';
import { parseExec, showRequest, specRequest } from './exec-flags.ts';
import { durationOf } from './flags.ts';
import { loadPlan } from './load-plan.ts';
import { forgetBeside } from './old-runs.ts';
import { onlookersFor } from './onlookers.ts';
import { writeResults } from './results.ts';
import { retentionOf } from './retention.ts';
import { ledgerFor } from './run-ledger.ts';
import { readSecrets } from './secrets.ts';
import { settingsOf } from './settings.ts';
import type { Command } from './world.ts';

/** Jenkins kills five seconds after it asked; what does not fit before is the reaper's. */
const GRACE_MS = 3_000;

/** Load a spec, plan it, execute the plan, say what happened. */
export const exec: Command = async (world, argv) => {
  const parsed = parseExec(argv);
  const request = specRequest(parsed);
  const settings = await settingsOf(world);
  const retention = retentionOf(settings);
  const show = showRequest(parsed, settings);
  const engines = (await world.connector())({ dockerContext: request.dockerContext });
  const allow = [...request.allow, ...(settings.allow ?? '').split(',')];
  const plan = await loadPlan(world, request, { allow, self: engines.self });
  const secrets = await readSecrets(plan.secrets, world);
  const stops = new Stops(durationOf('--grace', show.grace, '0s, 500ms, 10s') ?? GRACE_MS);
  const { onlookers, folder, tailOf } = await onlookersFor(world, plan, show, request.flags);
  const audience = fanOut(onlookers, maskerOf([...secrets].map(([name, value]) => ({ name, value }))));
  const stopListening = world.onSignal((signal) => void audience.emit({ type: 'run.interrupted', signal, count: stops.interrupt(signal) }));
  try {
    const dead = collectDead(world);
    const audit = show.audit ? await auditFor(world, plan, engines) : undefined;
    const ledger = await ledgerFor(world, plan, { folder, dockerContext: request.dockerContext, dead });
    const past = forgetBeside(world, retention);
    const locker = { stateFolder: world.stateFolder, owner: world.owner, expiresAt: world.clock.now() + plan.timeoutMs };
    const around: Surroundings = {
      engines,
      ledger,
      lockCache: (volume, waiting) => lockCache(volume, waiting, locker),
      admitCluster: (waiting) => admitCluster(engines.clusters, waiting, locker),
      emit: audience.emit,
      stops,
      secrets,
      now: world.clock.elapsed,
      startedAt: new Date(world.clock.now()),
      audit,
      proofs: proofsIn(world.stateFolder),
    };
    const report = await execute(plan, around);
    await Promise.all([dead.end(), past.end()]);
    await writeResults(report, { world, show, tailOf });
    return show.foldExitCode ? foldedCode(report) : report.exitCode;
  } finally {
    await audience.close();
    stopListening();
  }
};

/** `--exit-code class`: any failed step is 1, so that 2, 124 and 125 always mean what the table says. */
const foldedCode = ({ status, exitCode, timedOut }: Report): number =>
  status === 'failed' && !timedOut && exitCode !== 124 ? 1 : exitCode;
