import type { Labels } from '../plan/plan.ts';
import { type Resource, resourceText } from '../plan/resource.ts';

/** The first line of a ledger: whose run it is, and what is needed to clean up after it from another process. */
export interface LedgerHeader {
  readonly run: string;
  readonly name: string;
  readonly pattern: string;
  /** The spec, as the user would find it. */
  readonly file: string;
  /** See owner.ts. */
  readonly owner: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly openedAt: number;
  /** Where the owner's life can't be seen: nobody may still need the run after this. */
  readonly expiresAt: number;
  /** The environment variables by which the daemon of the run is found; left out: the run uses none. */
  readonly docker?: Labels;
}

export type LedgerLine =
  | ({ readonly type: 'opened'; readonly version: 1 } & LedgerHeader)
  | { readonly type: 'own'; readonly resources: readonly Resource[] }
  | { readonly type: 'removed'; readonly resource: Resource }
  | { readonly type: 'kept'; readonly until: number }
  /** The run is over, and something of it is left. */
  | { readonly type: 'closed'; readonly at: number }
  /** A look for anything with the run's label found nothing. */
  | { readonly type: 'quiet'; readonly at: number };

/** A ledger as it reads now. */
export interface LedgerRecord extends LedgerHeader {
  readonly path: string;
  /** What the run owns and nobody has removed yet; some of it may never have been made. */
  readonly resources: readonly Resource[];
  readonly isClosed: boolean;
  readonly keptUntil?: number;
  readonly quietAt?: number;
}

/** One line, whole, with the newline in front as well: what a crash tore off before can't swallow it. */
export const lineText = (line: LedgerLine): string => `\n${JSON.stringify(line)}\n`;

/**
 * Read a ledger's text. A line that a crash tore is passed over: what it would have said had not happened yet. Undefined:
 * not even the first line is whole, so nothing was made, or a later version wrote it, whose business it is.
 */
export function recordOf(path: string, text: string): LedgerRecord | undefined {
  const [opened, ...lines] = text.split('\n').flatMap(parsed);
  if (opened?.type !== 'opened' || opened.version !== 1) return undefined;
  const { type, version, ...header } = opened;
  const owned = new Map<string, Resource>();
  let record: LedgerRecord = { ...header, path, resources: [], isClosed: false };
  for (const line of lines) {
    if (line.type === 'own') for (const resource of line.resources) owned.set(resourceText(resource), resource);
    else if (line.type === 'removed') owned.delete(resourceText(line.resource));
    else record = { ...record, ...changeOf(line) };
  }
  return { ...record, resources: [...owned.values()] };
}

function changeOf(line: Exclude<LedgerLine, { type: 'own' | 'removed' }>): Partial<LedgerRecord> {
  switch (line.type) {
    case 'kept':
      return { keptUntil: line.until };
    case 'closed':
      return { isClosed: true };
    case 'quiet':
      return { quietAt: line.at };
    case 'opened':
      return {};
  }
}

function parsed(line: string): readonly LedgerLine[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as LedgerLine];
  } catch {
    return [];
  }
}
