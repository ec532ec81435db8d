import type { Pattern } from '../src/plan/pattern.ts';
import type { PatternName, Spec } from '../src/spec/spec.ts';
import { dind } from './dind.ts';
import { host } from './host.ts';
import { kind } from './kind.ts';
import { serial } from './serial.ts';
import { sibling } from './sibling.ts';
import { single } from './single.ts';

/** The menu. A pattern that spec.ts names and that is not here is refused by name. */
export const PATTERNS: Readonly<Partial<Record<PatternName, Pattern>>> = { host, single, serial, sibling, dind, kind };

/** What runs when the spec names no pattern: one container when that is enough; never `host`, which has to be asked for. */
export function patternOf({ pattern, steps, services, build }: Spec): PatternName {
  if (pattern) return pattern;
  const images = new Set(steps.map(({ image }) => JSON.stringify(image)));
  return images.size > 1 || services.length > 0 || build.length > 0 ? 'serial' : 'single';
}
