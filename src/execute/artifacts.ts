import type { Tree } from '../engine/ports.ts';
import type { ArtifactSource, StepOf } from '../plan/plan.ts';
import type { StepContext, StepResult } from './handlers.ts';

/** Bring results back, and say so when there are none: a pattern that matches nothing is mostly a misspelt one. */
export async function bringArtifacts({ from, paths, junit, to }: StepOf<'artifacts'>, context: StepContext): Promise<StepResult> {
  const { around } = context;
  const wanted = [...paths, ...junit];
  const tree = await treeOf(from, context);
  const artifacts = tree ? await around.engines.host.gather({ tree, wanted, to }) : [];
  if (artifacts.length > 0) return { artifacts };
  const note = tree || 'folder' in from ? `nothing matches ${wanted.join(', ')}` : `${from.dir} is not in the container`;
  await around.emit({ type: 'run.warning', text: `no artifacts: ${note}` });
  return { note };
}

/** A tree in a container is read only once that container has stopped: see engine.md on the archive API. */
async function treeOf(from: ArtifactSource, { around, milestones }: StepContext): Promise<Tree | undefined> {
  if ('folder' in from) return from;
  const { containers } = around.engines;
  milestones.dismiss(from.container);
  await containers.stop(from.container);
  const tar = await containers.download(from.container, from.dir);
  return tar && { tar };
}
