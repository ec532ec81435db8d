import type { PatternName, Spec } from '../spec/spec.ts';

/** What of a spec a pattern would pass over, so that its runs would say nothing of the workload; empty: it can take the spec. */
export function passedOver(
  { services, image, steps }: Pick<Spec, 'services' | 'image' | 'steps'>,
  pattern: PatternName,
): readonly string[] {
  const reasons: string[] = [];
  if ((pattern === 'host' || pattern === 'single') && services.length > 0)
    reasons.push(`it starts no services, and the spec has ${services.map(({ name }) => name).join(', ')}`);
  const images = new Set(steps.map((step) => JSON.stringify(step.image ?? image)));
  if (pattern === 'single' && images.size > 1)
    reasons.push(`it runs all steps in one image, and those of the spec name ${images.size} different ones`);
  return reasons;
}
