import { isForbiddenKey, type Path, parsePath, pathText } from './path.ts';
import type { Problem } from './problem.ts';
import { parseYamlValue } from './yaml/parse.ts';
import { unfold } from './yaml/unfold.ts';

/** A value from the command line that replaces one of the document, or adds it. */
export interface Override {
  readonly path: Path;
  /** YAML, as on the right-hand side of a `key: value` line. Nothing in it is interpolated: the shell has done that. */
  readonly value: string;
  /** What messages call it: `--set timeout`. */
  readonly from: string;
}

/** `--set a.b.c=value`; undefined when it is no assignment. */
export function parseSet(written: string): Override | undefined {
  const equals = written.indexOf('=');
  const path = equals > 0 ? parsePath(written.slice(0, equals)) : undefined;
  return path && { path, value: written.slice(equals + 1), from: `--set ${pathText(path)}` };
}

/** Puts the overrides into the document, in order, and says which of them do not fit. */
export function applyOverrides(
  tree: unknown,
  overrides: readonly Override[],
): { readonly tree: unknown; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  let result = tree;
  for (const override of overrides) {
    try {
      result = withValue(result, override.path, readValue(override));
    } catch (thrown) {
      if (!(thrown instanceof Misfit)) throw thrown;
      problems.push({ place: { file: override.from, line: 0, column: 0 }, path: '', message: thrown.message });
    }
  }
  return { tree: result, problems };
}

/** An override that cannot be applied. */
class Misfit extends Error {}

function readValue({ value, from }: Override): unknown {
  const document = parseYamlValue(value, from);
  if (document === undefined) throw new Misfit('the value is not valid YAML; quote it');
  const { value: read, problems } = unfold(document);
  if (problems[0]) throw new Misfit(`the value cannot be used: ${problems[0].path} ${problems[0].message}`);
  return read;
}

function withValue(tree: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (isForbiddenKey(key)) throw new Misfit(`\`${key}\` is a name that cannot be a key`);
  if (typeof key === 'number') return withItem(tree, [key, rest], value);
  if (tree !== undefined && (typeof tree !== 'object' || tree === null || Array.isArray(tree)))
    throw new Misfit(`\`${key}\` is set in something that is no mapping`);
  const mapping = (tree ?? {}) as Readonly<Record<string, unknown>>;
  return { ...mapping, [key]: withValue(Object.hasOwn(mapping, key) ? mapping[key] : undefined, rest, value) };
}

function withItem(tree: unknown, [index, rest]: readonly [number, Path], value: unknown): unknown {
  const items = tree === undefined ? [] : tree;
  if (!Array.isArray(items)) throw new Misfit(`entry ${index} is set in something that is no list`);
  if (index > items.length) throw new Misfit(`entry ${index} is beyond the end of a list of ${items.length}`);
  return items.with(0, items[0]).toSpliced(index, 1, withValue(items[index], rest, value));
}
