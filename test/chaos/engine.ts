import { PrivateEngine } from '../support/private-engine.ts';
import { WORKLOADS, type Workload } from './workloads.ts';

/** With the images of the jobs. CHAOS_ENGINE: for a second suite beside the first. */
export function chaosEngine(part = '', jobs: Readonly<Record<string, Workload>> = WORKLOADS): PrivateEngine {
  const engine = new PrivateEngine(`${process.env['CHAOS_ENGINE'] ?? 'chaos'}${part}`);
  for (const image of new Set(Object.values(jobs).flatMap(({ images }) => images))) engine.load(image);
  return engine;
}
