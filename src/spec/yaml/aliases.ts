import { isAlias, isMap, isSeq, type ParsedNode } from 'yaml';

export type Targets = ReadonlyMap<ParsedNode, ParsedNode>;

/**
 * Which node each alias of the document stands for: the last one above it with that anchor. An alias inside the very
 * node it names stands for nothing, so no walk along aliases can go in circles.
 */
export function bindAliases(root: ParsedNode | null): Targets {
  const anchored = new Map<string, ParsedNode>();
  const targets = new Map<ParsedNode, ParsedNode>();
  const open = new Set<ParsedNode>();
  const visit = (node: ParsedNode | null): void => {
    if (node === null) return;
    if (isAlias(node)) bind(node);
    else if (node.anchor !== undefined) anchored.set(node.anchor, node);
    open.add(node);
    for (const child of childrenOf(node)) visit(child);
    open.delete(node);
  };
  const bind = (alias: ParsedNode & { readonly source: string }): void => {
    const target = anchored.get(alias.source);
    if (target !== undefined && !open.has(target)) targets.set(alias, target);
  };
  visit(root);
  return targets;
}

function childrenOf(node: ParsedNode): readonly (ParsedNode | null)[] {
  if (isMap(node)) return node.items.flatMap(({ key, value }) => [key, value] as (ParsedNode | null)[]);
  return isSeq(node) ? (node.items as ParsedNode[]) : [];
}
