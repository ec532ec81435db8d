import { RunnerError } from '../../errors.ts';
import type { ClusterPlan } from '../../plan/kubernetes.ts';
import { isNotFound } from '../docker/errors.ts';
import type { DaemonClient } from '../docker/http.ts';
import { type PullOptions, pullImage } from '../docker/pull.ts';

/** What a node starts with, in kind's own images and in all that are made from them. */
const ENTRYPOINT = '/usr/local/bin/entrypoint';

interface ImageFacts {
  readonly Id: string;
  readonly Config: { readonly Entrypoint?: readonly string[] | null };
}

/** Has the node image here, and refuses what is none: kind would wait half a minute for a word that never comes. */
export async function requireNodeImage(client: DaemonClient, { nodeImage, pull }: ClusterPlan, options: PullOptions): Promise<void> {
  const { Config } = await requireImage(client, nodeImage, { ...options, pull });
  if (Config.Entrypoint?.[0] === ENTRYPOINT) return;
  throw new RunnerError('cluster.failed', `${nodeImage} is no node image`, {
    detail: [`it starts ${Config.Entrypoint?.join(' ') || 'a command'}, and a node starts ${ENTRYPOINT}`],
    hint: 'Name one in `kind.node_image`, such as kindest/node:v1.34.4.',
  });
}

/** The image, pulled where the policy says so. */
export async function requireImage(
  client: DaemonClient,
  image: string,
  { pull, ...options }: PullOptions & { readonly pull: ClusterPlan['pull'] },
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
