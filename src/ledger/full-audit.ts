import { setTimeout as delay } from 'node:timers/promises';
import type { Engines, HostWatch } from '../engine/ports.ts';
import type { Plan } from '../plan/plan.ts';
import { ON_DAEMON } from '../plan/resource.ts';
import { resourcesOf } from '../plan/resources-of.ts';
import { differenceOf, type Inventory, takeInventory } from './inventory.ts';

/** Something of the daemon or of this machine that is not as it was before the run. */
export interface Finding {
  readonly change: 'appeared' | 'vanished';
  /** As an inventory has it: `volume x`, `mount /y`. */
  readonly what: string;
  /** Why it may be so; left out: nobody knows, so the run, or somebody beside it, left it behind. */
  readonly why?: string;
}

/** Interfaces, mounts and a reaper go a moment after what they belonged to. */
const SETTLING_MS = 3_000;
const BETWEEN_LOOKS_MS = 250;

/**
 * Take the inventory of everything now; the returned function takes it again and tells what has changed. Rejects when the
 * daemon does not answer, unless the plan makes nothing there.
 */
export async function beginAudit(plan: Plan, engines: Engines, watch: HostWatch): Promise<() => Promise<readonly Finding[]>> {
  const usesDaemon = resourcesOf(plan).some(({ kind }) => kind === 'cluster' || ON_DAEMON.includes(kind));
  const take = (): Promise<Inventory> => takeInventory(usesDaemon ? engines : { host: engines.host }, watch);
  const before = await take();
  return async () => {
    for (const deadline = performance.now() + SETTLING_MS; ; await delay(BETWEEN_LOOKS_MS)) {
      const findings = findingsIn(before, await take(), plan);
      if (findings.every(({ why }) => why !== undefined) || performance.now() > deadline) return findings;
    }
  };
}

/** What differs between two inventories, each with its explanation where there is one. */
export function findingsIn(before: Inventory, after: Inventory, plan: Plan): readonly Finding[] {
  const { appeared, vanished } = differenceOf(before, after);
  const found = [
    ...appeared.map((what) => ({ change: 'appeared', what }) as const),
    ...vanished.map((what) => ({ change: 'vanished', what }) as const),
  ];
  return found.map((finding) => {
    const why = whyOf(finding.what, plan);
    return why === undefined ? finding : { ...finding, why };
  });
}

const RUN_ID = /[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}/g;

function whyOf(what: string, { run, steps }: Plan): string | undefined {
  const runs = [...what.matchAll(RUN_ID)].map(([id]) => id.replaceAll('-', ''));
  if (runs.length > 0 && !runs.includes(run.replaceAll('-', ''))) return 'it belongs to another run';
  if (what.includes(`/ledger/${run}.`)) return 'its reaper looks until the daemon is quiet';
  for (const step of steps) {
    if (step.kind === 'cache' && what === `volume ${step.volume.name}`) return 'a cache outlives its runs';
    if (step.kind === 'artifacts' && step.to !== undefined && what.startsWith('entry ') && `${step.to}/`.startsWith(`${what.slice(6)}/`))
      return 'artifacts were brought back there';
    if (what === `image ${imageIn(step)}`) return 'the spec names the image, and it was pulled';
  }
  return undefined;
}

function imageIn(step: Plan['steps'][number]): string | undefined {
  if (step.kind === 'container') return step.container.image;
  return step.kind === 'task' && step.place.in === 'container' ? step.place.container.image : undefined;
}
