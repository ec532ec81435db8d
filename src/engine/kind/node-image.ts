import { RunnerError } from '../../errors.ts';
import type { ClusterPlan } from '../../plan/kubernetes.ts';
import type { DaemonClient } from '../docker/http.ts';
import type { PullOptions } from '../docker/pull.ts';
import { requireImage } from '../docker/require-image.ts';

/** What a node starts with, in kind's own images and in all that are made from them. */
const ENTRYPOINT = '/usr/local/bin/entrypoint';

/** Has the node image here, and refuses what is none: kind would wait half a minute for a word that never comes. */
export async function requireNodeImage(client: DaemonClient, { nodeImage, pull }: ClusterPlan, options: PullOptions): Promise<void> {
  const { Config } = await requireImage(client, nodeImage, { ...options, pull });
  if (Config.Entrypoint?.[0] === ENTRYPOINT) return;
  throw new RunnerError('cluster.failed', `${nodeImage} is no node image`, {
    detail: [`it starts ${Config.Entrypoint?.join(' ') || 'a command'}, and a node starts ${ENTRYPOINT}`],
    hint: 'Name one in `kind.node_image`, such as kindest/node:v1.34.4.',
  });
}
