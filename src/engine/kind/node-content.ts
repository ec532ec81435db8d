import { execText } from '../docker/exec-stream.ts';
import type { DaemonClient } from '../docker/http.ts';

const LIST = ['ctr', '--namespace=k8s.io', 'content', 'ls'];

/**
 * What all of these nodes have, by digest: the blobs, and for a layer that is kept compressed also what it is called unpacked.
 * A node that does not tell has nothing.
 */
export async function sharedContent(client: DaemonClient, nodes: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  const [first = new Set<string>(), ...others] = await Promise.all(
    nodes.map(async (node) => {
      const said = await execText(client, node, LIST, { signal }).catch(() => undefined);
      return digestsIn(said?.code === 0 ? said.stdout : '');
    }),
  );
  return new Set([...first].filter((digest) => others.every((other) => other.has(digest))));
}

/** What `ctr content ls` says: the digest comes first on its line, labels last. What is only referred to need not be there. */
export const digestsIn = (listing: string): ReadonlySet<string> =>
  new Set(
    [...listing.matchAll(/^(sha256:[0-9a-f]{64})|containerd\.io\/uncompressed=(sha256:[0-9a-f]{64})/gm)].map(
      ([, blob, layer]) => blob ?? layer ?? '',
    ),
  );
