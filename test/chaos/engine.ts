import { PrivateEngine } from '../support/private-engine.ts';
import { WORKLOADS } from './workloads.ts';

/** With the images of all jobs. CHAOS_ENGINE: for a second suite beside the first. */
export function chaosEngine(part = ''): PrivateEngine {
  const engine = new PrivateEngine(`${process.env['CHAOS_ENGINE'] ?? 'chaos'}${part}`);
  for (const image of new Set(Object.values(WORKLOADS).flatMap(({ images }) => images))) engine.load(image);
  return engine;
}
