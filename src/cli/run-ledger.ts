import type { Surroundings } from '../execute/surroundings.ts';
import { openLedger } from '../ledger/ledger.ts';
import { type Plan, resourcesOf } from '../plan/plan.ts';
import type { World } from './world.ts';

/** What the run owns, on disk before any of it exists. Throws `state.unwritable` or `host.disk-full`. */
export async function ledgerFor(world: World, plan: Plan): Promise<Pick<Surroundings, 'ledger' | 'lockCache'>> {
  const header = { run: plan.run, name: plan.name, pattern: plan.pattern, owner: world.owner, expires: world.clock.now() + plan.timeoutMs };
  const ledger = await openLedger(world.stateFolder, header, resourcesOf(plan));
  return { ledger, lockCache: async () => async () => {} };
}
