import type { Labelled } from '../engine/ports.ts';
import { LABEL, startOf } from '../plan/names.ts';
import type { Labels } from '../plan/plan.ts';
import { type Resource, resourceText } from '../plan/resource.ts';
import { type Aliveness, pidOf } from './owner.ts';
import type { LedgerRecord } from './record.ts';

/** What is known when it is decided who still needs what. */
export interface GcView {
  readonly ledgers: readonly LedgerRecord[];
  /** Everything that carries a run's label, with the variables by which its daemon is found. */
  readonly labelled: readonly FoundObject[];
  /** Of what stands in the ledgers and carries no label: the folders and processes that exist. */
  readonly onHost: readonly Resource[];
  readonly aliveness: (owner: string) => Aliveness;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type FoundObject = Labelled & { readonly docker: Labels };

export interface GcWish {
  /** Leave runs alone that began less than so long ago. */
  readonly olderThanMs?: number;
  /** These runs go, even when they are kept for a look inside, or not known to be unneeded; never a run whose runner lives. */
  readonly runs?: readonly string[];
}

/** A run, and whether anybody still needs what is there of it. */
export interface RunState {
  readonly run: string;
  readonly name: string;
  readonly pattern: string;
  /** `ending`: its runner is done with it, and its reaper or `gc` is to remove the rest. */
  readonly status: 'live' | 'kept' | 'ending' | 'orphaned';
  readonly owner: string;
  readonly startedAt: number;
  readonly keptUntil?: number;
  /** Why it may go, as a sentence; undefined: it may not, or not yet. */
  readonly why?: string;
  /** What exists of it now. */
  readonly objects: readonly Resource[];
  readonly ledger?: LedgerRecord;
  readonly docker?: Labels;
}

/** A run that may go, because of `why`. */
export type Claim = RunState & { readonly why: string };

/** What `gc` would remove and why: the same for the dry run and for the deed. */
export const planGc = (view: GcView, { olderThanMs, runs }: GcWish = {}): readonly Claim[] =>
  runStates(view)
    .map((state) =>
      runs?.includes(state.run) && (state.status === 'kept' || state.status === 'orphaned') ? { ...state, why: 'it was asked for' } : state,
    )
    .filter((state): state is Claim => state.why !== undefined)
    .filter(({ run, startedAt }) => (runs ? runs.includes(run) : olderThanMs === undefined || view.now - startedAt >= olderThanMs));

/** Every run that has a ledger here or an object on the daemon, oldest first. */
export function runStates(view: GcView): readonly RunState[] {
  const known = new Set(view.ledgers.map(({ run }) => run));
  const strangers = Map.groupBy(
    view.labelled.filter(({ labels }) => !known.has(labels[LABEL.run] ?? '')),
    ({ labels }) => labels[LABEL.run] ?? '',
  );
  const states = [
    ...view.ledgers.map((ledger) => ofLedger(ledger, view)),
    ...[...strangers].map(([run, objects]) => ofLabels(run, objects, view)),
  ];
  return states.toSorted((a, b) => a.startedAt - b.startedAt);
}

function ofLedger(ledger: LedgerRecord, view: GcView): RunState {
  const { run, name, pattern, owner, openedAt, keptUntil, docker } = ledger;
  const labelled = view.labelled.filter(({ labels }) => labels[LABEL.run] === run).map(({ resource }) => resource);
  const owned = new Set(ledger.resources.map(resourceText));
  const objects = eachOnce([...view.onHost.filter((resource) => owned.has(resourceText(resource))), ...labelled]);
  return {
    ...{ run, name, pattern, owner, startedAt: openedAt, objects, ledger, ...fateOf(ledger, view) },
    ...(keptUntil === undefined ? {} : { keptUntil }),
    ...(docker === undefined ? {} : { docker }),
  };
}

type Fate = Pick<RunState, 'status' | 'why'>;

function fateOf({ owner, keptUntil, isClosed, expiresAt }: LedgerRecord, { aliveness, now }: GcView): Fate {
  if (keptUntil !== undefined)
    return now < keptUntil ? { status: 'kept' } : { status: 'orphaned', why: `it was kept until ${dateText(keptUntil)}` };
  if (isClosed) return { status: 'ending', why: 'its runner could not remove everything' };
  return fateByOwner(aliveness(owner), { owner, expiresAt, now });
}

/**
 * Objects without a ledger belong to another user, or to a runner in another container. One that is kept on purpose has no
 * living owner either, so nothing of theirs goes before its label says that nobody may still need it.
 */
function ofLabels(run: string, objects: readonly FoundObject[], { aliveness, now }: GcView): RunState {
  const { labels = {}, docker = {} } = objects[0] ?? {};
  const [owner = '', name = '?', pattern = '?'] = [labels[LABEL.owner], labels[LABEL.name], labels[LABEL.pattern]];
  const expiresAt = Number(labels[LABEL.expires] ?? Number.POSITIVE_INFINITY) * 1_000;
  const life = aliveness(owner);
  const fate: Fate = life === 'dead' && now < expiresAt ? { status: 'orphaned' } : fateByOwner(life, { owner, expiresAt, now });
  return {
    run,
    name,
    pattern,
    owner,
    startedAt: startOf(run),
    objects: eachOnce(objects.map(({ resource }) => resource)),
    docker,
    ...fate,
  };
}

/** A daemon that is found in two ways tells everything twice. */
const eachOnce = (resources: readonly Resource[]): readonly Resource[] => [
  ...new Map(resources.map((resource) => [resourceText(resource), resource])).values(),
];

interface Terms {
  readonly owner: string;
  readonly expiresAt: number;
  readonly now: number;
}

function fateByOwner(life: Aliveness, { owner, expiresAt, now }: Terms): Fate {
  switch (life) {
    case 'alive':
      return { status: 'live' };
    case 'dead':
      return { status: 'orphaned', why: `its runner (process ${pidOf(owner)}) is gone` };
    case 'unknown':
      if (now < expiresAt) return { status: 'live' };
      return { status: 'orphaned', why: `nobody may need it since ${dateText(expiresAt)}` };
  }
}

const dateText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
