import path from 'node:path';

/** Keys from the top of the document down to a value: `['steps', 0, 'run']`. */
export type Path = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

/** Names that JavaScript gives a meaning of its own; as keys they would be lost or worse. */
const FORBIDDEN_KEYS: ReadonlySet<string | number> = new Set(['__proto__', 'constructor', 'prototype']);

export const isForbiddenKey = (key: string | number): boolean => FORBIDDEN_KEYS.has(key);

/** `steps[0].env.CI`: how a place in the document is called in messages. */
export const pathText = (at: Path): string => at.map(segmentText).join('').replace(/^\./, '');

/** `a.b[0].c`, as written after `--set`; a number after a dot is an index as well. Undefined: not a path. */
export function parsePath(text: string): Path | undefined {
  const segments = text.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  if (segments.includes('')) return undefined;
  return segments.map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment));
}

/** The path itself or a place inside it. */
export const isWithin = (inner: Path, outer: Path): boolean =>
  outer.length <= inner.length && outer.every((key, index) => String(inner[index]) === String(key));

function segmentText(segment: string | number): string {
  if (typeof segment === 'number') return `[${segment}]`;
  return PLAIN_KEY.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
}

/** What messages call a file that a document names relative to itself. */
export const fileBeside = (document: string, written: string): string =>
  path.isAbsolute(written) ? written : path.join(path.dirname(document), written);
