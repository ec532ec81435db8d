import type { ContainerEngine, HostEngine, HostWatch } from '../engine/ports.ts';
import { resourceText } from '../plan/resource.ts';

/** Everything that could have been left behind, ours or not, one line each: `volume x`, `mount /y`, `file /z sha256:…`. */
export type Inventory = readonly string[];

/** What one inventory has and the other has not. */
export interface Difference {
  readonly appeared: readonly string[];
  readonly vanished: readonly string[];
}

export interface Inventoried {
  /** Left out: no daemon is asked. */
  readonly containers?: ContainerEngine;
  readonly host: HostEngine;
}

/** Take the full inventory of a daemon and of this machine. On a shared machine it also shows what others do meanwhile. */
export async function takeInventory({ containers, host }: Inventoried, watch: HostWatch): Promise<Inventory> {
  const [objects, onHost] = await Promise.all([containers?.listAll() ?? [], host.listAll(watch)]);
  return [...new Set([...objects.map(({ resource }) => resourceText(resource)), ...onHost])].toSorted();
}

/** Before and after a run that leaves nothing behind, there is no difference. */
export function differenceOf(before: Inventory, after: Inventory): Difference {
  const [had, has] = [new Set(before), new Set(after)];
  return { appeared: after.filter((line) => !had.has(line)), vanished: before.filter((line) => !has.has(line)) };
}
