import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { RunnerError } from '../../errors.ts';
import { quote } from '../../plan/command.ts';
import { fullName } from '../../plan/image-name.ts';
import type { LoadedImage } from '../../plan/kubernetes.ts';
import { execText } from '../docker/exec-stream.ts';
import type { DaemonClient } from '../docker/http.ts';
import { leanArchive } from '../docker/lean-archive.ts';
import type { PullOptions } from '../docker/pull.ts';
import { requireImage } from '../docker/require-image.ts';
import { saved } from '../docker/saved.ts';
import type { Waiting } from '../ports/kubernetes.ts';
import { type Imported, importInto } from './import.ts';

import { sharedContent } from './node-content.ts';
import { presentOn, type WantedImage } from './node-images.ts';
import { isKubernetesNode, listNodes } from './nodes.ts';
import type { Start } from './start.ts';

export interface LoadOptions extends Waiting {
  readonly cluster: string;
  /** The cluster's start, if it is this process that starts it and has begun. */
  readonly start: () => Start | undefined;
  readonly authOf: PullOptions['authOf'];
  /** kind's own way, for nodes that take no stream. */
  readonly kindLoad: (images: readonly string[]) => Promise<unknown>;
}

const LOOK_EVERY_MS = 100;

/**
 * Gets images into every node, each by the shortest way: not at all where the very same image is there, else one stream of all
 * that are missing into all nodes that miss one. What came is looked at on the node. Rejects with `cluster.load-failed`.
 */
export async function loadImages(client: DaemonClient, images: readonly LoadedImage[], options: LoadOptions): Promise<readonly string[]> {
  const wanted = await Promise.all(images.flatMap((one) => ('image' in one ? [wantedOf(client, one, options)] : [])));
  const nodes = await nodesOf(client, options);
  const streamed = await loadNamed(client, nodes, { ...options, wanted });
  const archives = images.flatMap((one) => ('archive' in one ? [one.archive] : []));
  for (const archive of archives) await loadArchive(client, nodes, { ...options, archive });
  return [...streamed, ...archives.map((archive) => `${archive} imported`)];
}

async function wantedOf(
  client: DaemonClient,
  { image, pull, as = image }: Extract<LoadedImage, { image: string }>,
  options: LoadOptions,
): Promise<WantedImage> {
  const { Id, RootFS } = await requireImage(client, image, { ...options, pull });
  return { name: image, as, id: Id, layers: RootFS.Layers ?? [] };
}

/** As soon as their containers run: containerd is up seconds before Kubernetes is. */
async function nodesOf(client: DaemonClient, { cluster, start, signal }: LoadOptions): Promise<readonly string[]> {
  for (;;) {
    const begun = start();
    const nodes = begun ? await begun.nodes : await listNodes(client, cluster);
    if (nodes.length > 0) return nodes.filter(isKubernetesNode).map(({ node }) => node);
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

interface Named {
  readonly wanted: readonly WantedImage[];
  readonly signal: AbortSignal;
  readonly onProgress: Waiting['onProgress'];
  readonly kindLoad: LoadOptions['kindLoad'];
}

async function loadNamed(
  client: DaemonClient,
  nodes: readonly string[],
  { wanted, signal, onProgress, kindLoad }: Named,
): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  const missing = await missingOn(client, nodes, { wanted, signal });
  const sent = wanted.filter((one) => missing.some(({ images }) => images.includes(one)));
  if (sent.length === 0) return wanted.map(({ as }) => `${as} is there`);
  const startMs = performance.now();
  onProgress(`loading ${sent.map(({ as }) => as).join(', ')}`);
  const targets = missing.map(({ node }) => node);
  const told = (how: string): readonly string[] => wanted.map((one) => (sent.includes(one) ? `${one.as} ${how}` : `${one.as} is there`));
  const look = async (): Promise<readonly Missing[]> => {
    await Promise.all(targets.map((node) => renameOn(client, node, { images: sent, signal })));
    return missingOn(client, nodes, { wanted, signal });
  };
  const imports: Imported[] = [];
  for (const known of [await sharedContent(client, targets, signal), NOTHING]) {
    const { source, isWhole } = await lacking(client, sent, { known, signal });
    const imported = await importInto(client, targets, { source, signal });
    imports.push(...imported);
    const took = ((performance.now() - startMs) / 1000).toFixed(1);
    if (isUnpacked(imported) && (await look()).length === 0)
      return told(`streamed in ${took} s${isWhole ? '' : ', without the layers that were there'}`);
    if (isWhole) break;
  }
  await kindLoad(sent.map(({ name }) => name));
  const still = await look();
  if (still.length > 0) throw notThere(still, imports);
  return told('loaded by kind');
}

/** An image whose layers could not be unpacked is listed by the node all the same. */
const isUnpacked = (imported: readonly Imported[]): boolean => imported.every(({ said }) => said.code === 0);

const NOTHING: ReadonlySet<string> = new Set();

/** What the daemon has of the images, without what is known: an image that has changed is mostly the old one. */
async function lacking(
  client: DaemonClient,
  images: readonly WantedImage[],
  { known, signal }: { readonly known: ReadonlySet<string>; readonly signal: AbortSignal },
): Promise<{ readonly source: Readable; readonly isWhole: boolean }> {
  const names = images.map(({ name }) => name);
  const archive = await saved(client, names, signal);
  const isWhole = !images.some(({ layers }) => layers.some((layer) => known.has(layer)));
  return { source: isWhole ? archive : await leanArchive(archive, known), isWhole };
}

/** An archive has the names that the daemon knows. One process for all of them. */
async function renameOn(
  client: DaemonClient,
  node: string,
  { images, signal }: { readonly images: readonly WantedImage[]; readonly signal: AbortSignal },
): Promise<void> {
  const renamed = images.filter(({ name, as }) => name !== as);
  if (renamed.length === 0) return;
  const commands = renamed.map(
    ({ name, as }) => `ctr --namespace=k8s.io images tag --force ${quote(fullName(name))} ${quote(fullName(as))}`,
  );
  await execText(client, node, ['sh', '-c', commands.join(' && ')], { signal });
}

interface Missing {
  readonly node: string;
  readonly images: readonly WantedImage[];
}

async function missingOn(
  client: DaemonClient,
  nodes: readonly string[],
  what: Pick<Named, 'wanted' | 'signal'>,
): Promise<readonly Missing[]> {
  const missing = nodes.map(async (node) => {
    const present = await presentOn(client, node, what);
    return { node, images: what.wanted.filter(({ as }) => !present.has(as)) };
  });
  return (await Promise.all(missing)).filter(({ images }) => images.length > 0);
}

async function loadArchive(
  client: DaemonClient,
  nodes: readonly string[],
  { archive, signal, onProgress }: LoadOptions & { readonly archive: string },
): Promise<void> {
  onProgress(`loading ${archive}`);
  const imported = await importInto(client, nodes, { source: createReadStream(archive), signal });
  const failed = imported.find(({ said }) => said.code !== 0);
  if (!failed) return;
  throw new RunnerError('cluster.load-failed', `${archive} could not be imported into node ${failed.node}`, {
    detail: failed.said.stderr.trim().split('\n').slice(-5),
    hint: 'It has to be an archive of images: what `docker save` writes, or an OCI layout in a tar file.',
  });
}

function notThere(still: readonly Missing[], imported: readonly Imported[]): RunnerError {
  const names = [...new Set(still.flatMap(({ images }) => images.map(({ as }) => as)))];
  return new RunnerError('cluster.load-failed', `${names.join(', ')} could not be loaded into the cluster`, {
    detail: imported.flatMap(({ node, said }) =>
      said.stderr
        .trim()
        .split('\n')
        .slice(-5)
        .map((line) => `${node}: ${line}`),
    ),
    hint: 'See whether the disk is full, and whether `kind load docker-image` can do it.',
  });
}
