import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Engines } from '../engine/ports.ts';
import { RunnerError, toRunnerError } from '../errors.ts';
import { LABEL } from '../plan/names.ts';
import type { Labels } from '../plan/plan.ts';
import { clustersIn } from './clusters.ts';
import { existsOnHost } from './exists.ts';
import { type Claim, type FoundObject, type GcView, planGc } from './gc-plan.ts';
import { ledgerLock, readLedger, readLedgers, tidyLedgers } from './ledgers.ts';
import { type Locker, tryLock } from './lock.ts';
import { type Aliveness, alivenessOf } from './owner.ts';
import { type Reclaimable, reclaim } from './reclaim.ts';
import type { Reclaimed } from './reclaimed.ts';
import type { LedgerRecord } from './record.ts';
import { tidySlots } from './slots.ts';

export interface GcWorld {
  readonly stateFolder: string;
  /** The caller itself: see owner.ts. */
  readonly owner: string;
  /** The variables by which the caller finds its daemon. */
  readonly docker: Labels;
  /** The machines behind such variables; undefined: no daemon. Nothing is contacted before it is used. */
  readonly enginesFor: (docker: Labels | undefined) => Engines;
  readonly aliveness?: (owner: string) => Aliveness;
  readonly now?: () => number;
}

/** What became of a claim: cleaned up after, or left to whoever is cleaning up already. */
export interface Collected {
  readonly claim: Claim;
  readonly reclaimed?: Reclaimed;
  /** Its daemon said nothing: somebody has to go on. */
  readonly isUnanswered?: true;
}

/** Nobody has to go on with it. */
export const isOver = ({ reclaimed, isUnanswered }: Collected): boolean => !isUnanswered && (reclaimed?.isDone ?? true);

const RUNS_AT_ONCE = 4;
const LOCKED_MS = 10 * 60_000;
/** A daemon may be slow; one that takes connections and says nothing is not waited for. */
const ANSWER_MS = 10_000;
/** For an answer that is on its way when the time is over. */
const LAST_MS = 1_500;

/** What is known, and which daemons could not be asked: what they have is not in it. */
export interface LookedAround extends GcView {
  readonly problems: readonly RunnerError[];
}

/** Everything `planGc` and `ps` need to know: the ledgers here, and what carries our labels on the daemons they name and on the caller's. */
export async function lookAround(world: GcWorld): Promise<LookedAround> {
  const { stateFolder, aliveness = alivenessOf, now = Date.now } = world;
  const ledgers = await readLedgers(stateFolder);
  const problems: RunnerError[] = [];
  const found = daemonsOf(ledgers, world.docker).map((docker) =>
    Promise.race([foundOn(docker, world), silence(docker)]).catch((error: unknown) => void problems.push(toRunnerError(error))),
  );
  const labelled = (await Promise.all(found)).flatMap((objects) => objects ?? []);
  const named = ledgers.flatMap(({ resources }) => resources);
  const onHost = await existsOnHost(named, world.enginesFor(undefined).host);
  return { ledgers, labelled, onHost, aliveness, now: now(), problems };
}

/**
 * Clean up after the claimed runs, as far as nobody else is at it. The signal ends the waiting, never a removal; a daemon that has said
 * nothing yet has a second and a half after it.
 */
export async function collect(
  claims: readonly Claim[],
  world: GcWorld,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly Collected[]> {
  const limit = pLimit(RUNS_AT_ONCE);
  const answers = listener(world, signal);
  const one = async (claim: Claim): Promise<Collected> =>
    (await answers(claim.docker)) ? collectOne(claim, world, signal) : { claim, isUnanswered: true };
  const collected = await Promise.all(claims.map((claim) => limit(one, claim)));
  await tidyLedgers(world.stateFolder, world);
  await tidySlots(world.stateFolder, lockerOf(world));
  return collected;
}

/**
 * The small `gc` beside every run: for runs with a ledger here whose runner is dead. It looks at the ledgers alone, so that it
 * costs one `readdir` when there is nothing to do. What does not fit into the budget, or before the run is over, stays for the
 * next time: objects go at once, and the rest of the time is for making sure that none comes late.
 */
export async function collectWithin(budgetMs: number, world: GcWorld, over?: AbortSignal): Promise<readonly Collected[]> {
  const { stateFolder, aliveness = alivenessOf, now = Date.now } = world;
  const claims = planGc({ ledgers: await readLedgers(stateFolder), labelled: [], onHost: [], aliveness, now: now() });
  const budget = AbortSignal.timeout(budgetMs);
  return collect(claims, world, { signal: over ? AbortSignal.any([budget, over]) : budget });
}

export const lockerOf = (world: GcWorld): Locker => ({ ...world, expiresAt: (world.now ?? Date.now)() + LOCKED_MS });

/** Whether a daemon says anything, a refusal too: asked once for all runs that are on it. Without one there is nobody to ask. */
function listener({ enginesFor }: GcWorld, signal: AbortSignal): (docker: Labels | undefined) => Promise<boolean> {
  const asked = new Map<string, Promise<boolean>>();
  const ask = async (docker: Labels): Promise<boolean> => {
    const answer = enginesFor(docker).containers.labelled(LABEL.run, 'nobody');
    const said = answer.then(
      () => true,
      () => true,
    );
    return Promise.race([said, silence(docker).catch(() => false), endOf(signal)]);
  };
  return async (docker) => {
    if (!docker) return true;
    const answered = asked.get(keyOf(docker)) ?? ask(docker);
    asked.set(keyOf(docker), answered);
    return answered;
  };
}

/** Settles only when the time is over. */
async function endOf(signal: AbortSignal): Promise<false> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return delay(LAST_MS, false, { ref: false });
}

async function silence(docker: Labels): Promise<never> {
  await delay(ANSWER_MS, undefined, { ref: false });
  const { DOCKER_HOST: host = 'the default address' } = docker;
  throw new RunnerError('docker.gone', `the daemon at ${host} takes connections and does not answer`);
}

async function collectOne(claim: Claim, world: GcWorld, signal: AbortSignal): Promise<Collected> {
  const { stateFolder, now = Date.now } = world;
  const lock = await tryLock(ledgerLock(stateFolder, claim.run), lockerOf(world));
  if (!lock.held) return { claim };
  try {
    const record = await reclaimableOf(claim);
    if (!record) return { claim };
    return { claim, reclaimed: await reclaim(record, { stateFolder, engines: world.enginesFor(record.docker), signal, by: 'gc', now }) };
  } finally {
    await lock.release();
  }
}

/** Read again under the lock: whoever had it before may have done the work. */
const reclaimableOf = async (claim: Claim): Promise<Reclaimable | undefined> =>
  claim.ledger
    ? readLedger(claim.ledger.path)
    : { run: claim.run, name: claim.name, resources: claim.objects, ...(claim.docker ? { docker: claim.docker } : {}) };

async function foundOn(docker: Labels, { enginesFor }: GcWorld): Promise<readonly FoundObject[]> {
  const { containers, clusters } = enginesFor(docker);
  const [labelled, nodes] = await Promise.all([containers.labelled(LABEL.run), clusters.nodes()]);
  return [...labelled, ...clustersIn(nodes)].map((found) => ({ ...found, docker }));
}

/** Each once, the caller's own first: what it has belongs to it even where a ledger names the same daemon in other words. */
function daemonsOf(ledgers: readonly LedgerRecord[], own: Labels): readonly Labels[] {
  const named = ledgers.map(({ docker }) => docker).filter((docker) => docker !== undefined);
  return [...new Map([own, ...named].map((docker) => [keyOf(docker), docker])).values()];
}

const keyOf = (docker: Labels): string => JSON.stringify(Object.entries(docker).toSorted(([a], [b]) => (a < b ? -1 : 1)));
