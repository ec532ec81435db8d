import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { execText, type Said } from '../docker/exec-stream.ts';
import type { DaemonClient } from '../docker/http.ts';

/** Without `--all-platforms`: a daemon has the layers of one platform, and the other manifests of an index point nowhere. */
const IMPORT: readonly string[] = ['ctr', '--namespace=k8s.io', 'images', 'import', '--digests', '-'];

/** How the import went on each node. */
export interface Imported {
  readonly node: string;
  readonly said: Said;
}

/** Reads a stream of images once and writes it to every node at the same time, as fast as the slowest takes it. */
export async function importInto(
  client: DaemonClient,
  nodes: readonly string[],
  { source, signal }: { readonly source: Readable; readonly signal: AbortSignal },
): Promise<readonly Imported[]> {
  const importing = (node: string, stdin: Readable): Promise<Said> =>
    execText(client, node, IMPORT, { stdin, signal }).finally(() => stdin.destroy());
  const [first, ...others] = nodes;
  // Most clusters have one node: a stream in between costs a fifth of all the processor time of the import.
  if (first !== undefined && others.length === 0) return [{ node: first, said: await importing(first, source) }];
  const sinks = nodes.map((node) => {
    const stdin = new PassThrough();
    return { node, stdin, said: importing(node, stdin) };
  });
  const fed = feed(
    source,
    sinks.map(({ stdin }) => stdin),
  );
  const [imported] = await Promise.all([Promise.all(sinks.map(async ({ node, said }) => ({ node, said: await said }))), fed]);
  return imported;
}

/** A sink that was closed takes no more, and keeps nothing from the others. */
async function feed(source: Readable, sinks: readonly PassThrough[]): Promise<void> {
  for (const sink of sinks) sink.on('error', () => {});
  try {
    for await (const chunk of source) {
      const open = sinks.filter(({ destroyed }) => !destroyed);
      if (open.length === 0) return;
      await Promise.all(open.map((sink) => (sink.write(chunk) ? undefined : drained(sink))));
    }
  } finally {
    source.destroy();
    for (const sink of sinks) sink.end();
  }
}

const drained = (sink: PassThrough): Promise<unknown> => {
  const over = new AbortController();
  const wait = (event: string) => once(sink, event, { signal: over.signal }).catch(() => undefined);
  return Promise.race([wait('drain'), wait('close')]).finally(() => over.abort());
};
