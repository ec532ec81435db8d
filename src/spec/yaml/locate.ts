import { isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { Path } from '../path.ts';
import type { Targets } from './aliases.ts';
import type { YamlDocument } from './parse.ts';

/** Where something stands in the document: its value, and the key before it. */
export interface Spot {
  readonly key: ParsedNode | undefined;
  readonly value: ParsedNode | null;
}

/** The spot of a path, or of the nearest part around it that stands in the document. */
export function spotOf({ root, targets }: YamlDocument, path: Path): Spot {
  let spot: Spot = { key: undefined, value: root };
  for (const segment of path) {
    const next = childOf(spot.value, segment, targets);
    if (next === undefined) break;
    spot = next;
  }
  return spot;
}

/** A scalar as the user wrote it: `3.10`, not 3.1. */
export const sourceOf = ({ value }: Spot): string | undefined => (isScalar(value) ? value.source : undefined);

function childOf(node: ParsedNode | null, segment: string | number, targets: Targets): Spot | undefined {
  if (node === null) return undefined;
  if (isAlias(node)) return childOf(targets.get(node) ?? null, segment, targets);
  if (isSeq(node))
    return typeof segment === 'number' && node.items[segment] ? { key: undefined, value: node.items[segment] as ParsedNode } : undefined;
  if (!isMap(node)) return undefined;
  const own = node.items.find(({ key }) => isScalar(key) && String(key.value) === segment);
  if (own) return { key: own.key as ParsedNode, value: own.value as ParsedNode | null };
  return mergedChildOf(
    node.items.find(({ key }) => isScalar(key) && key.value === '<<')?.value as ParsedNode | undefined,
    segment,
    targets,
  );
}

function mergedChildOf(merge: ParsedNode | null | undefined, segment: string | number, targets: Targets): Spot | undefined {
  const sources = isSeq(merge) ? (merge.items as ParsedNode[]) : merge ? [merge] : [];
  for (const source of sources) {
    const spot = childOf(source, segment, targets);
    if (spot) return spot;
  }
  return undefined;
}
