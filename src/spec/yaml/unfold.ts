import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode, Scalar, type YAMLMap } from 'yaml';
import type { Interpolated } from '../interpolate.ts';
import { isForbiddenKey, type Path, pathText } from '../path.ts';
import { type Problem, SpecProblems } from '../problem.ts';
import type { YamlDocument } from './parse.ts';

/** Aliases may not multiply a document beyond this. */
const LIMIT = { values: 100_000, depth: 64 } as const;

export interface Unfolded {
  /** Plain mappings, lists, texts, numbers, booleans, nulls and dates. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** By path: a text with references that reads as a number or a boolean now that they are replaced. */
  readonly readings: ReadonlyMap<string, unknown>;
}

/** Replaces the references in a text of the document. */
export type Replace = (text: string, path: Path) => Interpolated;

/**
 * Replaces aliases and merges by what they stand for, and references in the way that is given. Throws `SpecProblems` when
 * the aliases unfold to more than any document needs.
 */
export function unfold(document: YamlDocument, replace: Replace = asItIs): Unfolded {
  const unfolding = new Unfolding(document, replace);
  const value = document.root === null ? null : unfolding.valueOf(document.root, []);
  return { value, problems: unfolding.problems, readings: unfolding.readings };
}

/** Top-level `x-` keys hold what anchors point to, and notes of other tools. */
export const withoutExtensions = (tree: unknown): unknown =>
  isMapping(tree) ? Object.fromEntries(Object.entries(tree).filter(([key]) => !key.startsWith('x-'))) : tree;

const asItIs: Replace = (text) => ({ text, problems: [] });

class Unfolding {
  readonly problems: Problem[] = [];
  readonly readings: Map<string, unknown> = new Map();
  readonly #document: YamlDocument;
  readonly #replace: Replace;
  #values = 0;

  constructor(document: YamlDocument, replace: Replace) {
    this.#document = document;
    this.#replace = replace;
  }

  valueOf(node: ParsedNode | null, path: Path): unknown {
    if (node === null) return null;
    this.#values += 1;
    if (this.#values > LIMIT.values) this.#refuse(node, `the aliases unfold to more than ${LIMIT.values} values`);
    if (path.length > LIMIT.depth) this.#refuse(node, 'the aliases are nested too deeply');
    if (isAlias(node)) return this.#aliased(node, path);
    if (isScalar(node)) return this.#scalar(node, path);
    return isMap(node)
      ? this.#mapping(node as YAMLMap.Parsed, path)
      : node.items.map((item, index) => this.valueOf(item as ParsedNode, [...path, index]));
  }

  #aliased(node: Alias.Parsed, path: Path): unknown {
    const target = this.#document.targets.get(node);
    return target === undefined
      ? this.#problem(node, path, `\`*${node.source}\` needs an anchor \`&${node.source}\` that ends above it`)
      : this.valueOf(target, path);
  }

  #mapping(node: YAMLMap.Parsed, path: Path): Record<string, unknown> {
    const own: Record<string, unknown> = {};
    const merged: Record<string, unknown> = {};
    for (const pair of node.items) {
      if (isMerge(pair)) Object.assign(merged, this.#merge(pair.value, path));
      else this.#add(own, pair, path);
    }
    return { ...merged, ...own };
  }

  #add(into: Record<string, unknown>, pair: Pair<ParsedNode, ParsedNode | null>, path: Path): void {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    if (isForbiddenKey(key)) this.#problem(pair.key, [...path, key], 'is a name that cannot be a key');
    else if (Object.hasOwn(into, key)) this.#problem(pair.key, [...path, key], 'stands here a second time; keep one of them');
    else into[key] = this.valueOf(pair.value, [...path, key]);
  }

  /** Earlier mappings of a list win over later ones. */
  #merge(node: ParsedNode | null, path: Path): Record<string, unknown> {
    const value = isSeq(node) ? node.items.map((item) => this.valueOf(item as ParsedNode, path)) : [this.valueOf(node, path)];
    if (value.every(isMapping)) return Object.assign({}, ...value.toReversed());
    this.#problem(node!, path, '`<<` merges mappings only');
    return {};
  }

  #scalar(node: Scalar.Parsed, path: Path): unknown {
    const { value } = node;
    if (typeof value !== 'string' || isUnusedPart(path)) return value;
    if (value.includes('\0')) return this.#problem(node, path, 'contains a NUL character');
    return this.#replaced(node, value, path);
  }

  #replaced(node: Scalar.Parsed, value: string, path: Path): string {
    const { text, problems } = this.#replace(value, path);
    for (const problem of problems) this.#problem(node, path, problem);
    if (text !== value) this.#note(path, text);
    return text;
  }

  #note(path: Path, text: string): void {
    if (text === 'true' || text === 'false') this.readings.set(pathText(path), text === 'true');
    else if (/^-?\d+(?:\.\d+)?$/.test(text)) this.readings.set(pathText(path), Number(text));
  }

  #refuse(node: ParsedNode, message: string): never {
    throw new SpecProblems([{ place: this.#document.placeAt(node.range[0]), path: '', message }]);
  }

  #problem(node: ParsedNode, path: Path, message: string): null {
    this.problems.push({ place: this.#document.placeAt(node.range[0]), path: pathText(path), message });
    return null;
  }
}

const isMerge = ({ key }: Pair<ParsedNode, ParsedNode | null>): boolean => isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN;

const isMapping = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** What stands under a top-level `x-` key is only material for aliases: it counts where it is used. */
const isUnusedPart = ([top]: Path): boolean => typeof top === 'string' && top.startsWith('x-');
