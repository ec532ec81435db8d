import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What was done for a run that could not do it itself. */
export interface Reclaimed {
  readonly run: string;
  readonly name: string;
  readonly by: 'reaper' | 'gc';
  /** ISO 8601. */
  readonly at: string;
  /** Everything of the run is known to be gone, and so is its ledger. */
  readonly isDone: boolean;
  /** `network x`, of what really was there. */
  readonly removed: readonly string[];
  readonly left: readonly { readonly resource: string; readonly why: string }[];
}

const pathOf = (stateFolder: string, run: string): string => join(stateFolder, 'runs', run, 'reaped.json');

/** Keep it with the run, together with what was removed for it before. */
export async function storeReclaimed(stateFolder: string, reclaimed: Reclaimed): Promise<void> {
  const path = pathOf(stateFolder, reclaimed.run);
  const before = await readReclaimed(stateFolder, reclaimed.run);
  const removed = [...new Set([...(before?.removed ?? []), ...reclaimed.removed])];
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  await writeFile(path, `${JSON.stringify({ ...reclaimed, removed }, undefined, 2)}\n`);
}

/** Undefined: the run cleaned up after itself, or nobody did yet. */
export async function readReclaimed(stateFolder: string, run: string): Promise<Reclaimed | undefined> {
  try {
    return JSON.parse(await readFile(pathOf(stateFolder, run), 'utf8')) as Reclaimed;
  } catch {
    return undefined;
  }
}

/** `2 removed by reaper`, `1 left by gc`: what to say of it in a line; undefined: it looked, and found nothing to do. */
export function reclaimedText({ by, removed, left }: Reclaimed): string | undefined {
  const parts = [removed.length > 0 ? `${removed.length} removed` : '', left.length > 0 ? `${left.length} left` : ''].filter(Boolean);
  return parts.length === 0 ? undefined : `${parts.join(', ')} by ${by}`;
}

/** The same with the reasons, each once: what is left for one reason can be a dozen things. */
export function reclaimedSummary(reclaimed: Reclaimed): readonly string[] {
  const { removed, left } = reclaimed;
  const reasons = Map.groupBy(left, ({ why }) => why);
  return [
    ...(removed.length > 0 ? [removedLine(reclaimed, listText(removed))] : []),
    ...[...reasons].map(([why, things]) => leftLine(reclaimed, listText(things.map(({ resource }) => resource)), why)),
  ];
}

/** By name where they are few, otherwise so many of each kind. */
function listText(resources: readonly string[]): string {
  if (resources.length <= 2) return resources.join(', ');
  const kinds = Map.groupBy(resources, (resource) => resource.split(' ')[0] ?? '');
  return [...kinds].map(([kind, { length }]) => `${length} ${kind}${length === 1 || kind.endsWith('s') ? '' : 's'}`).join(', ');
}

/** The same in full, a line a thing. */
export const reclaimedLines = (reclaimed: Reclaimed): readonly string[] => [
  ...reclaimed.removed.map((resource) => removedLine(reclaimed, resource)),
  ...reclaimed.left.map(({ resource, why }) => leftLine(reclaimed, resource, why)),
];

const removedLine = ({ by, at }: Reclaimed, what: string): string => `removed by ${by} at ${at}: ${what}`;
const leftLine = ({ by, at }: Reclaimed, what: string, why: string): string =>
  `left by ${by} at ${at}: ${what}${why === '' ? '' : `: ${why}`}`;
