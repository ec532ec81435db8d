import type { StepOf } from '../plan/plan.ts';
import type { StepContext, StepResult } from './handlers.ts';

/** A store that is kept has images only: what earlier runs left in it goes before, what this one leaves goes after. */
export async function preloadImages(
  { daemon, images, kept }: StepOf<'preload'>,
  { around, scope, signal, onProgress }: StepContext,
): Promise<StepResult> {
  const { privateDaemons } = around.engines;
  if (kept) scope.shutFirst(() => privateDaemons.tidy(daemon).then(() => []));
  const [said] = await Promise.all([
    privateDaemons.preload(daemon, images, { signal, onProgress }),
    kept ? privateDaemons.tidy(daemon) : undefined,
  ]);
  return said.length > 0 ? { note: said.join('; ') } : {};
}

export async function exportImages({ daemon, images }: StepOf<'export'>, { around, signal, onProgress }: StepContext): Promise<StepResult> {
  const said: string[] = [];
  for (const image of images) said.push(await around.engines.privateDaemons.hand(daemon, image, { signal, onProgress }));
  return { note: said.join('; ') };
}

const SLOW = 'vfs';

/** A daemon that finds nothing better copies every layer of every image: that works, slowly, and fills the disk. */
export async function noteDriver(driver: string, { around }: StepContext): Promise<string> {
  if (driver === SLOW)
    await around.emit({
      type: 'run.warning',
      text: 'the private daemon stores images with `vfs`, a whole copy for each layer: its data is on a file system that overlay2 can’t use',
    });
  return `storage ${driver}`;
}
