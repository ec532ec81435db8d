import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { RunnerError } from '../../errors.ts';
import type { Upload } from '../../plan/plan.ts';
import { downloadTree } from './download.ts';
import { folderTar } from './folder-tar.ts';
import { type DaemonClient, segment } from './http.ts';
import { groupWith, type IdentityUpload, passwdWith } from './identity-files.ts';

/**
 * Brings files into a container that was created and never started; needs no folder shared with the daemon.
 * Everything is unpacked in `/`: where the daemon is told to unpack, it leaves that folder's own mode and owner alone.
 */
export async function uploadTo(client: DaemonClient, container: string, upload: Upload): Promise<void> {
  switch (upload.type) {
    case 'folder':
      return put(client, container, () => folderTar(upload));
    case 'file':
      return put(client, container, () => fileTar(upload));
    case 'identity': {
      const entries = await identityEntries(client, container, upload);
      return put(client, container, () => smallTar(entries));
    }
  }
}

async function identityEntries(client: DaemonClient, container: string, upload: IdentityUpload): Promise<readonly SmallEntry[]> {
  const [passwd, group] = await Promise.all(['/etc/passwd', '/etc/group'].map((file) => fileIn(client, container, file)));
  const root = { uid: 0, gid: 0, mode: 0o644 };
  return [
    { name: 'etc/passwd', ...root, text: passwdWith(passwd ?? '', upload) },
    { name: 'etc/group', ...root, text: groupWith(group ?? '', upload) },
    { name: upload.home.replace(/^\/+/, ''), type: 'directory', mode: 0o700, uid: upload.uid, gid: upload.gid },
  ];
}

interface SmallEntry {
  readonly name: string;
  readonly type?: 'directory';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly text?: string;
}

async function smallTar(entries: readonly SmallEntry[]): Promise<Readable> {
  const { pack } = await import('./tar.ts');
  const tar = pack();
  for (const { text: content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  return tar as unknown as Readable;
}

async function fileTar({ hostPath, target, mode, owner }: Upload & { readonly type: 'file' }): Promise<Readable> {
  const content = await readFile(hostPath, 'utf8').catch((cause) => {
    throw new RunnerError('host.failed', `${hostPath} can't be read`, { detail: [(cause as Error).message], cause });
  });
  return smallTar([{ name: target.replace(/^\/+/, ''), mode, ...owner, text: content }]);
}

const put = (client: DaemonClient, container: string, tar: () => Promise<Readable>): Promise<void> =>
  client.done({
    method: 'PUT',
    path: `/containers/${segment(container)}/archive`,
    query: { path: '/' },
    tar,
    doing: `copy files into container ${container}`,
  });

/** Undefined when the image has no such file, or something else under its name. */
async function fileIn(client: DaemonClient, container: string, file: string): Promise<string | undefined> {
  const tree = await downloadTree(client, container, file);
  if (!tree) return undefined;
  const { extract } = await import('./tar.ts');
  const entries = tree.pipe(extract());
  let content: string | undefined;
  for await (const entry of entries) {
    const found = await text(entry);
    if (entry.header.type === 'file') content = found;
  }
  return content;
}
