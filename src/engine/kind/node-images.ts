import { setTimeout as delay } from 'node:timers/promises';
import { fullName } from '../../plan/image-name.ts';
import { execText } from '../docker/exec-stream.ts';
import type { DaemonClient } from '../docker/http.ts';

/** An image as the daemon has it. */
export interface WantedImage {
  readonly name: string;
  /** What it is to be called in the cluster. */
  readonly as: string;
  /** Of its configuration with Docker's classic store, of its manifest or index with the containerd store. */
  readonly id: string;
  /** By what they are called unpacked. */
  readonly layers: readonly string[];
}

interface Listed {
  readonly images?: readonly {
    readonly id: string;
    readonly repoTags?: readonly string[] | null;
    readonly repoDigests?: readonly string[] | null;
  }[];
}

/** A container runtime that does not answer yet is asked again. */
const LOOK_EVERY_MS = 100;

/** Which of the images a node has already: by name, and the very same. Waits for the node's container runtime. */
export async function presentOn(
  client: DaemonClient,
  node: string,
  { wanted, signal }: { readonly wanted: readonly WantedImage[]; readonly signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  for (;;) {
    const said = await execText(client, node, ['crictl', 'images', '--output', 'json'], { signal });
    if (said.code === 0) return presentIn(said.stdout, wanted);
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** What `crictl images --output json` says, compared with what is wanted. */
export function presentIn(listing: string, wanted: readonly Pick<WantedImage, 'as' | 'id'>[]): ReadonlySet<string> {
  const { images = [] } = JSON.parse(listing) as Listed;
  const ids = new Map(
    images.flatMap(({ id, repoTags, repoDigests }) => {
      const same = new Set([id, ...(repoDigests ?? []).map((digest) => digest.slice(digest.indexOf('@') + 1))]);
      return (repoTags ?? []).map((tag) => [tag, same] as const);
    }),
  );
  return new Set(wanted.filter(({ as, id }) => ids.get(fullName(as))?.has(id)).map(({ as }) => as));
}
