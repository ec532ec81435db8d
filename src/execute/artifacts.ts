import type { StepOf } from '../plan/plan.ts';
import type { StepContext, StepResult } from './handlers.ts';

/** Bring results back. A tree in a container is read only once that container has stopped: see engine.md on the archive API. */
export async function bringArtifacts({ from, paths, junit, to }: StepOf<'artifacts'>, { around }: StepContext): Promise<StepResult> {
  const { containers, host } = around.engines;
  const wanted = [...paths, ...junit];
  if ('folder' in from) return { artifacts: await host.gather({ tree: { folder: from.folder }, wanted, to }) };
  await containers.stop(from.container);
  const tar = await containers.download(from.container, from.dir);
  if (!tar) return { note: `${from.dir} is not in the container` };
  return { artifacts: await host.gather({ tree: { tar }, wanted, to }) };
}
