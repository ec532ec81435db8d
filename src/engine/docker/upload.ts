import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Upload } from '../../plan/plan.ts';
import { downloadTree } from './download.ts';
import { isNotFound } from './errors.ts';
import { folderTar } from './folder-tar.ts';
import { type DaemonClient, segment } from './http.ts';
import { groupWith, passwdWith } from './identity-files.ts';

/** Brings files into a container that was created and never started; needs no folder shared with the daemon. */
export async function uploadTo(client: DaemonClient, container: string, upload: Upload): Promise<void> {
  switch (upload.type) {
    case 'folder':
      return uploadFolder(client, container, upload);
    case 'identity':
      return uploadIdentity(client, container, upload);
  }
}

async function uploadFolder(client: DaemonClient, container: string, upload: Extract<Upload, { type: 'folder' }>): Promise<void> {
  if (!(await exists(client, container, upload.target)))
    await put(client, container, {
      target: '/',
      tar: await smallTar([{ name: inRoot(upload.target), type: 'directory', mode: 0o755, ...upload.owner }]),
    });
  await put(client, container, { target: upload.target, tar: await folderTar(upload) });
}

async function uploadIdentity(client: DaemonClient, container: string, upload: Extract<Upload, { type: 'identity' }>): Promise<void> {
  const [passwd, group] = await Promise.all(['/etc/passwd', '/etc/group'].map((file) => fileIn(client, container, file)));
  const root = { uid: 0, gid: 0, mode: 0o644 };
  const tar = await smallTar([
    { name: 'etc/passwd', ...root, text: passwdWith(passwd ?? '', upload) },
    { name: 'etc/group', ...root, text: groupWith(group ?? '', upload) },
    { name: inRoot(upload.home), type: 'directory', mode: 0o700, uid: upload.uid, gid: upload.gid },
  ]);
  await put(client, container, { target: '/', tar });
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

const put = (
  client: DaemonClient,
  container: string,
  { target, tar }: { readonly target: string; readonly tar: Readable },
): Promise<void> =>
  client.done({
    method: 'PUT',
    path: `/containers/${segment(container)}/archive`,
    query: { path: target },
    tar,
    doing: `copy files to ${target} of container ${container}`,
  });

async function exists(client: DaemonClient, container: string, path: string): Promise<boolean> {
  const call = { method: 'HEAD', path: `/containers/${segment(container)}/archive`, query: { path }, doing: `look for ${path}` } as const;
  return client.done(call).then(
    () => true,
    (refusal) => {
      if (isNotFound(refusal)) return false;
      throw refusal;
    },
  );
}

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

/** A tar's names are relative to where it is unpacked. */
const inRoot = (path: string): string => path.replace(/^\/+/, '');
