import type { PreloadedImage } from '../../../plan/plan.ts';
import type { PullPolicy } from '../../../spec/spec.ts';
import type { Moving } from '../../ports/private-daemons.ts';
import type { DaemonClient } from '../http.ts';
import { withTag } from '../pull.ts';
import type { ImageFacts } from '../require-image.ts';
import { saved } from '../saved.ts';
import { inside } from './inside.ts';

export interface Preloading extends Moving {
  readonly daemon: string;
  readonly images: readonly PreloadedImage[];
  readonly requireImage: (image: string, pull: PullPolicy) => Promise<ImageFacts>;
}

/** See `PrivateDaemons.preload`. An image is there when its name stands for the same content. */
export async function preload(client: DaemonClient, options: Preloading): Promise<readonly string[]> {
  const { daemon, images, requireImage, signal, onProgress } = options;
  if (images.length === 0) return [];
  const [facts, present] = await Promise.all([
    Promise.all(images.map(({ image, pull }) => requireImage(image, pull))),
    inside(client, daemon, ['docker', 'images', '--no-trunc', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}'], { signal }),
  ]);
  const there = new Set(present.split('\n'));
  const missing = images.filter(({ name }, index) => !there.has(`${withTag(name)} ${facts[index]?.Id}`));
  if (missing.length > 0) {
    const names = missing.map(({ image }) => image);
    onProgress(`loading ${names.join(', ')}`);
    const startMs = performance.now();
    await inside(client, daemon, ['docker', 'load', '--quiet'], { stdin: await saved(client, names, signal), signal });
    for (const { image, name } of missing) if (name !== image) await inside(client, daemon, ['docker', 'tag', image, name], { signal });
    const took = ((performance.now() - startMs) / 1000).toFixed(1);
    return images.map((one) => (missing.includes(one) ? `${one.name} loaded in ${took} s` : `${one.name} is there`));
  }
  return images.map(({ name }) => `${name} is there`);
}
