import type { Place } from '../errors.ts';
import type { Override } from './overrides.ts';
import { isWithin, type Path } from './path.ts';
import { type Spot, sourceOf, spotOf } from './yaml/locate.ts';
import { parseYamlValue, type YamlDocument } from './yaml/parse.ts';

/** Says where the user wrote something, in the document or on the command line. */
export interface Where {
  /** The place of a value; of the part around it when it stands nowhere. */
  value(path: Path): Place;
  /** The place of the key before the value. */
  key(path: Path): Place;
  /** A scalar as it was written: `3.10`, not 3.1. */
  source(path: Path): string | undefined;
}

/** Overrides are looked at first: the last one that set the value, or a part around it, is where it was written. */
export function whereIn(document: YamlDocument, overrides: readonly Override[]): Where {
  const overrideOf = (path: Path): Override | undefined => overrides.findLast((override) => isWithin(path, override.path));
  const place = (path: Path, offsetOf: (spot: Spot) => number | undefined): Place => {
    const override = overrideOf(path);
    if (override) return { file: override.from, line: 0, column: 0 };
    return document.placeAt(offsetOf(spotOf(document, path)) ?? document.root?.range[0] ?? 0);
  };
  return {
    value: (path) => place(path, ({ key, value }) => (value ?? key)?.range[0]),
    key: (path) => place(path, ({ key, value }) => (key ?? value)?.range[0]),
    source: (path) => {
      const override = overrideOf(path);
      if (!override) return sourceOf(spotOf(document, path));
      const written = parseYamlValue(override.value, override.from);
      return written && sourceOf(spotOf(written, path.slice(override.path.length)));
    },
  };
}
