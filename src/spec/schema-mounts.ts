import * as v from 'valibot';
import { ABSOLUTE, byKey, flag, list, matching, type Schema, section, size, text } from './kinds.ts';
import { OBJECT_NAME } from './schema-common.ts';
import type { MountSpec } from './spec.ts';

const common = () => ({
  target: matching('Where the steps see it.', ABSOLUTE),
  read_only: v.optional(flag('Whether writing is refused.'), false),
});

const bindSchema: Schema<MountSpec> = v.pipe(
  section('A file or folder of this machine.', {
    source: text('A path as the runner sees it, relative to the spec. It must exist.'),
    ...common(),
  }),
  v.transform(({ read_only, ...mount }) => ({ type: 'bind' as const, ...mount, readOnly: read_only })),
);

const volumeSchema: Schema<MountSpec> = v.pipe(
  section('A volume that lives as long as the run.', { volume: matching('Its name in this document.', OBJECT_NAME), ...common() }),
  v.transform(({ read_only, ...mount }) => ({ type: 'volume' as const, ...mount, readOnly: read_only })),
);

const cacheSchema: Schema<MountSpec> = v.pipe(
  section('A volume that is kept between runs of the same user.', { cache: matching('Its name.', OBJECT_NAME), ...common() }),
  v.transform(({ read_only, ...mount }) => ({ type: 'cache' as const, ...mount, readOnly: read_only })),
);

const tmpfsSchema: Schema<MountSpec> = v.pipe(
  section('A folder in memory.', {
    tmpfs: matching('Where the steps see it.', ABSOLUTE),
    size: v.optional(size('How much it may hold.')),
  }),
  v.transform(({ tmpfs, size: sizeBytes }) => ({ type: 'tmpfs' as const, target: tmpfs, sizeBytes })),
);

/** What the containers see besides their image and the workspace. */
export const mountsSchema: Schema<MountSpec[]> = list(
  'What the steps see besides their image and the workspace.',
  byKey<MountSpec>('A mount.', { source: bindSchema, volume: volumeSchema, cache: cacheSchema, tmpfs: tmpfsSchema }),
  'a list of mounts',
);
