import { RunnerError } from '../../errors.ts';
import type { PullPolicy } from '../../spec/spec.ts';
import { isNotFound } from './errors.ts';
import type { DaemonClient } from './http.ts';
import { type PullOptions, pullImage } from './pull.ts';

export interface ImageFacts {
  readonly Id: string;
  readonly Config: { readonly Entrypoint?: readonly string[] | null };
  readonly RootFS: { readonly Layers?: readonly string[] | null };
}

/** The image, pulled where the policy says so. */
export async function requireImage(
  client: DaemonClient,
  image: string,
  { pull, ...options }: PullOptions & { readonly pull: PullPolicy },
): Promise<ImageFacts> {
  if (pull === 'always') await pullImage(client, image, options);
  const look = (): Promise<ImageFacts> => client.json({ method: 'GET', path: `/images/${image}/json`, doing: `inspect image ${image}` });
  return look().catch(async (refusal: unknown) => {
    if (!isNotFound(refusal)) throw refusal;
    if (pull === 'never')
      throw new RunnerError('image.missing', `there is no image ${image} here`, {
        detail: [`pull policy: ${pull}`],
        hint: 'Pull or build it first, or set `docker.pull: missing`.',
        cause: refusal,
      });
    await pullImage(client, image, options);
    return look();
  });
}
