import type { Surroundings } from '../execute/surroundings.ts';
import { openLedger } from '../ledger/ledger.ts';
import { type Plan, resourcesOf } from '../plan/plan.ts';
import type { World } from './world.ts';

/** A run cleans up after its time-out; nobody needs its objects an hour later. */
const EXPIRY_SLACK_MS = 3_600_000;

/** What the run owns, on disk before any of it exists. Throws `state.unwritable` or `host.disk-full`. */
export async function ledgerFor(world: World, plan: Plan): Promise<Pick<Surroundings, 'ledger' | 'lockCache'>> {
  const { run, name, pattern, file } = plan;
  const now = world.clock.now();
  const docker = Object.fromEntries(
    Object.entries(world.environment).filter(([variable]) => /^DOCKER_(HOST|CONTEXT|CONFIG|TLS_VERIFY|CERT_PATH)$/.test(variable)),
  );
  const header = {
    run,
    name,
    pattern,
    file,
    owner: world.owner,
    openedAt: now,
    expiresAt: now + plan.timeoutMs + EXPIRY_SLACK_MS,
    ...(pattern === 'host' ? {} : { docker }),
  };
  const ledger = await openLedger(world.stateFolder, header, resourcesOf(plan));
  return { ledger, lockCache: async () => async () => {} };
}
