import type { ProbedMount, StepOf } from '../plan/plan.ts';
import type { Resource } from '../plan/resource.ts';
import type { StepContext, StepResult } from './handlers.ts';

/** Reads back through the daemon what was not read back before, and remembers that it could. */
export async function proveMounts({ probe }: StepOf<'probe'>, { around, scope }: StepContext): Promise<StepResult> {
  const wordOf = ({ mount, points }: ProbedMount): string => JSON.stringify([probe.daemon, { ...mount, target: '', readOnly: '' }, points]);
  const missing = await around.proofs.missing(probe.mounts.map(wordOf));
  if (missing.length === 0) return { note: 'known from before' };
  const mounts = probe.mounts.filter((mount) => missing.includes(wordOf(mount)));
  const made: readonly Resource[] = [
    { kind: 'container', name: probe.container },
    ...('make' in probe.image ? [{ kind: 'image', name: probe.image.make } as const] : []),
  ];
  for (const resource of made) scope.own(resource);
  await around.engines.self.probe({ ...probe, mounts });
  if (!('make' in probe.image)) scope.release({ kind: 'container', name: probe.container });
  await around.proofs.add(missing);
  return { note: `the daemon sees ${mounts.length === 1 ? 'it' : `all ${mounts.length}`}` };
}
