import { execText } from '../docker/exec-stream.ts';
import type { DaemonClient } from '../docker/http.ts';
import { listNodes } from './nodes.ts';

const JOURNAL = ['journalctl', '--no-pager', '--output', 'short-precise', '--lines', '500', '--unit', 'kubelet', '--unit', 'containerd'];
const PATIENCE_MS = 5_000;

/** See ClusterEngine.evidence. */
export async function nodeEvidence(
  client: DaemonClient,
  cluster: string,
  kindSaid: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const nodes = await listNodes(client, cluster).catch(() => []);
  const journals = nodes
    .filter(({ isRunning }) => isRunning)
    .map(async ({ node }) => {
      const { stdout } = await execText(client, node, JOURNAL, { signal: AbortSignal.timeout(PATIENCE_MS) });
      return [`journal-${node}.log`, stdout] as const;
    });
  const settled = await Promise.allSettled(journals);
  return new Map([
    ...(kindSaid.length > 0 ? [['kind.log', `${kindSaid.join('\n')}\n`] as const] : []),
    ...settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
  ]);
}
