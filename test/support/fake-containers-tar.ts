import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';

/** The files below a path as Docker sends them: every name begins with the last part of the path. Undefined: none. */
export function treeBelow(path: string, files: ReadonlyMap<string, string>): Readable | undefined {
  const below = [...files].filter(([file]) => file === path || file.startsWith(`${path}/`));
  if (below.length === 0) return undefined;
  const tar = pack();
  const parent = path.slice(0, path.lastIndexOf('/') + 1);
  for (const [file, text] of below) tar.entry({ name: file.slice(parent.length) }, text);
  tar.finalize();
  return tar as unknown as Readable;
}
