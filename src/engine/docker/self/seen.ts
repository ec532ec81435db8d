import { text } from 'node:stream/consumers';
import { downloadTree } from '../download.ts';
import { isNotFound } from '../errors.ts';
import { type DaemonClient, segment } from '../http.ts';
import type { LeftSign, Stamp } from './sign.ts';

/** Whether the daemon finds the sign where it should be. */
export async function matches(client: DaemonClient, container: string, { at, sign }: LeftSign): Promise<boolean> {
  if (sign.type === 'nonce') return (await contentOf(client, container, `${at}/${sign.name}`)) === sign.content;
  const stamp = await stampOf(client, container, at);
  return stamp !== undefined && stamp.changedNs === sign.changedNs && stamp.size === sign.size;
}

/** What is in a place, for people: `an empty folder`, `.git, package.json, src`. */
export async function listing(client: DaemonClient, container: string, at: string): Promise<string> {
  const tree = await downloadTree(client, container, at);
  if (!tree) return 'nothing';
  const { extract } = await import('../tar.ts');
  const names = new Set<string>();
  let isFolder = false;
  const entries = tree.pipe(extract());
  for await (const entry of entries) {
    const [, name] = entry.header.name.split('/');
    if (entry.header.type === 'directory') isFolder = true;
    if (name) names.add(name);
    if (names.size > ENOUGH) break;
    entry.resume();
  }
  tree.destroy();
  if (!isFolder) return 'a file';
  const shown = [...names].toSorted();
  return shown.length === 0 ? 'an empty folder' : `${shown.slice(0, ENOUGH).join(', ')}${shown.length > ENOUGH ? ', …' : ''}`;
}

const ENOUGH = 8;

async function contentOf(client: DaemonClient, container: string, file: string): Promise<string | undefined> {
  const tree = await downloadTree(client, container, file);
  if (!tree) return undefined;
  const { extract } = await import('../tar.ts');
  let content: string | undefined;
  for await (const entry of tree.pipe(extract())) content = await text(entry);
  return content;
}

/** The daemon sends it with the archive, which is not read. */
async function stampOf(client: DaemonClient, container: string, at: string): Promise<Omit<Stamp, 'type'> | undefined> {
  const call = { method: 'GET', path: `/containers/${segment(container)}/archive`, query: { path: at }, doing: `look at ${at}` } as const;
  const answer = await client.send(call).catch((thrown: unknown) => {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  });
  if (!answer) return undefined;
  answer.destroy();
  const header = Buffer.from(String(answer.headers['x-docker-container-path-stat'] ?? ''), 'base64').toString();
  const { mtime, size } = JSON.parse(header) as { mtime: string; size: number };
  return { changedNs: nanoseconds(mtime), size: BigInt(size) };
}

/** Of `2026-11-28T08:51:35.906907637Z`, or with an offset in place of the Z. */
function nanoseconds(time: string): bigint {
  const [, seconds = '', fraction = '', zone = 'Z'] = /^([^.Z+]+?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  return BigInt(Date.parse(`${seconds}${zone}`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}
