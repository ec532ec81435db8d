import path from 'node:path/posix';
import { resourceName } from '../../plan/names.ts';
import type { Mount } from '../../plan/plan.ts';
import { forbidden, malformed, Refusal } from './refusal.ts';
import type { Guard } from './rule.ts';

/** Where the daemon finds what a step calls by a path. */
export type Located =
  | { readonly type: 'bind'; readonly source: string; readonly readOnly: boolean; readonly below: string }
  | { readonly type: 'volume'; readonly source: string; readonly subpath: string; readonly readOnly: boolean; readonly below: string };

/**
 * What is behind a path of a step: the mount with the longest target, and below the path the mounts that a step sees in it
 * (`below` says where). A path below a mount is left to the daemon to walk, as a sub-path of a volume: there a link that
 * leads out is refused, also one that was put in its place a moment ago.
 */
export async function locate(source: string, guard: Guard): Promise<readonly Located[]> {
  const wanted = path.normalize(source).replace(/(?<=.)\/+$/, '');
  if (!wanted.startsWith('/') || wanted.includes('\0')) throw malformed(`${source} is no absolute path`);
  const { mounts, allowed } = guard.plan;
  const holder = mounts.filter(({ target }) => isWithin(target, wanted)).toSorted((a, b) => b.target.length - a.target.length)[0];
  if (!holder) {
    if (!allowed.includes('host-mounts')) throw forbidden(`mounting ${wanted}, which is none of the run's folders,`, 'host-mounts');
    return [{ type: 'bind', source: wanted, readOnly: false, below: '' }];
  }
  const inside = mounts
    .filter(({ target }) => target !== wanted && isWithin(wanted, target))
    .toSorted((a, b) => a.target.length - b.target.length);
  const parts = [
    { mount: holder, subpath: path.relative(holder.target, wanted), below: '' },
    ...inside.filter(({ type }) => type !== 'tmpfs').map((mount) => ({ mount, subpath: '', below: path.relative(wanted, mount.target) })),
  ];
  return Promise.all(parts.map((part) => locatedIn(part, guard)));
}

const isWithin = (folder: string, inner: string): boolean => folder === inner || inner.startsWith(folder === '/' ? '/' : `${folder}/`);

interface Part {
  readonly mount: Mount;
  readonly subpath: string;
  readonly below: string;
}

async function locatedIn({ mount, subpath, below }: Part, guard: Guard): Promise<Located> {
  switch (mount.type) {
    case 'tmpfs':
      throw new Refusal(400, `${mount.target} is memory of the step, which nobody else can mount`);
    case 'volume':
      return {
        type: 'volume',
        source: mount.volume,
        subpath: path.join(mount.subpath ?? '', subpath).replace(/^\.$/, ''),
        readOnly: mount.readOnly,
        below,
      };
    case 'bind':
      if (subpath === '') return { type: 'bind', source: mount.daemonPath, readOnly: mount.readOnly, below };
      return { type: 'volume', source: await boundVolume(mount, guard), subpath, readOnly: mount.readOnly, below };
  }
}

/** A folder of the daemon's machine by way of a volume of the run; removing the volume takes the name away, not the files. */
async function boundVolume(mount: Mount & { type: 'bind' }, { plan, daemon }: Guard): Promise<string> {
  const name = resourceName(plan.run, `bind-${plan.mounts.indexOf(mount)}`);
  const options = { type: 'none', o: 'rbind', device: mount.daemonPath };
  const { status, text } = await daemon.ask({
    method: 'POST',
    path: '/volumes/create',
    body: { Name: name, Driver: 'local', DriverOpts: options, Labels: plan.labels },
  });
  if (status !== 201) throw new Refusal(status, text);
  return name;
}
