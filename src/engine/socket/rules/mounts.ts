import path from 'node:path/posix';
import { locate } from '../locate.ts';
import type { Image } from '../own.ts';
import { forbidden, malformed } from '../refusal.ts';
import type { Guard } from '../rule.ts';
import type { Json, JsonObject } from '../strict-json.ts';
import { checked, elsewhere, type Fields, keep, listOf, objectOf, oneOf, textOf, textsOf } from './fields.ts';
import { checkOptions, ensureVolume } from './volumes.ts';

/** All mounts of a container in the one form that can carry labels and sub-paths. */
export interface Mounted {
  readonly mounts: readonly JsonObject[];
  readonly volumesFrom: readonly string[];
  /** The daemon has to understand sub-paths. */
  readonly needsSubpaths: boolean;
}

export async function mountsOf(body: JsonObject, image: Image, guard: Guard): Promise<Mounted> {
  const host = objectOf(body['HostConfig'], 'HostConfig');
  const [bindList, mountList, fromList] = [
    listOf(host['Binds'], 'Binds'),
    listOf(host['Mounts'], 'Mounts'),
    listOf(host['VolumesFrom'], 'VolumesFrom'),
  ];
  const [binds, given, from] = await Promise.all([
    each(bindList, (bind) => bindMount(textOf(bind, 'Binds'), guard)),
    each(mountList, (mount) => givenMount(objectOf(mount, 'Mounts'), guard)),
    each(fromList, (ref) => volumesFrom(textOf(ref, 'VolumesFrom'), guard)),
  ]);
  const explicit = [...binds.flat(), ...given.flat()];
  const taken = [
    ...explicit.map((mount) => String(mount['Target'])),
    ...from.flatMap(({ targets }) => targets),
    ...Object.keys(textsOf(host['Tmpfs'], 'Tmpfs')),
  ];
  const unnamed = [...Object.keys(objectOf(body['Volumes'], 'Volumes')), ...Object.keys(image.Config?.Volumes ?? {})];
  const anonymous = [...new Set(unnamed.map(plain))]
    .filter((target) => !taken.map(plain).includes(target))
    .map((target) => anonymousMount(target, guard));
  const mounts = [...explicit, ...anonymous];
  return {
    mounts,
    volumesFrom: from.map(({ ref }) => ref),
    needsSubpaths: mounts.some((mount) => objectOf(mount['VolumeOptions'], '')['Subpath'] !== undefined),
  };
}

/** What is thrown on the way is a rejection like any other: one that nobody waited for would end the process. */
const each = <T>(list: readonly Json[], one: (item: Json) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(list.map(async (item) => one(item)));

const plain = (target: string): string => path.normalize(target).replace(/(?<=.)\/+$/, '');

/** Also those of the image: without labels nobody would find them once their container is gone. */
const anonymousMount = (Target: string, { own }: Guard): JsonObject => ({
  Type: 'volume',
  Target,
  VolumeOptions: { Labels: own.labelled() },
});

const HARMLESS = /^(?:ro|rw|z|Z|cached|delegated|consistent|nocopy|r?private)$/;

/** `source:target:options`, or a target alone. */
async function bindMount(bind: string, guard: Guard): Promise<readonly JsonObject[]> {
  const [source = '', target, options = '', ...rest] = bind.split(':');
  if (rest.length > 0) throw malformed(`Binds: ${bind} has too many parts`);
  if (target === undefined) return [anonymousMount(plain(source), guard)];
  const words = options === '' ? [] : options.split(',');
  const strange = words.find((word) => !HARMLESS.test(word));
  if (strange !== undefined) throw forbidden(`the mount option ${strange}`);
  const readOnly = words.includes('ro');
  if (source.startsWith('/')) return boundMounts({ source, target, readOnly }, guard);
  await ensureVolume(source, guard);
  return [
    {
      Type: 'volume',
      Source: source,
      Target: target,
      ReadOnly: readOnly,
      VolumeOptions: { NoCopy: words.includes('nocopy'), Labels: guard.own.labelled() },
    },
  ];
}

interface Wanted {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

async function boundMounts({ source, target, readOnly }: Wanted, guard: Guard): Promise<readonly JsonObject[]> {
  const found = await locate(source, guard);
  return found.map((one): JsonObject => {
    const common = { Source: one.source, Target: path.join(target, one.below), ReadOnly: readOnly || one.readOnly };
    if (one.type === 'bind') return { Type: 'bind', ...common };
    return { Type: 'volume', ...common, VolumeOptions: { NoCopy: true, ...(one.subpath && { Subpath: one.subpath }) } };
  });
}

const MOUNT: Fields = {
  Type: oneOf(['bind', 'volume', 'tmpfs', 'image']),
  Source: keep,
  Target: keep,
  ReadOnly: keep,
  Consistency: elsewhere,
  BindOptions: elsewhere,
  VolumeOptions: elsewhere,
  TmpfsOptions: keep,
  ImageOptions: keep,
};
const BIND_OPTIONS: Fields = {
  Propagation: oneOf(['private', 'rprivate']),
  NonRecursive: keep,
  CreateMountpoint: keep,
  ReadOnlyNonRecursive: keep,
  ReadOnlyForceRecursive: keep,
};
const VOLUME_OPTIONS: Fields = { NoCopy: keep, Labels: elsewhere, DriverConfig: elsewhere, Subpath: keep };
const DRIVER_CONFIG: Fields = { Name: oneOf(['local']), Options: keep };

async function givenMount(given: JsonObject, guard: Guard): Promise<readonly JsonObject[]> {
  const allowed = new Set(guard.plan.allowed);
  const mount = checked(given, MOUNT, { within: 'Mounts.', allowed });
  const [source, target] = [textOf(mount['Source'], 'Mounts.Source'), textOf(mount['Target'], 'Mounts.Target')];
  switch (mount['Type']) {
    case 'bind': {
      const options = checked(objectOf(given['BindOptions'], 'BindOptions'), BIND_OPTIONS, { within: 'BindOptions.', allowed });
      const mounts = await boundMounts({ source, target, readOnly: mount['ReadOnly'] === true }, guard);
      return mounts.map((one) => (one['Type'] === 'bind' ? { ...one, BindOptions: options } : one));
    }
    case 'volume':
      return [{ ...mount, VolumeOptions: await volumeOptions(given, source, guard) }];
    case 'image':
      await guard.own.image(source);
      return [mount];
    case 'tmpfs':
      return [mount];
    default:
      throw malformed('Mounts: a mount has no type');
  }
}

async function volumeOptions(given: JsonObject, source: string, guard: Guard): Promise<JsonObject> {
  const allowed = new Set(guard.plan.allowed);
  const wanted = objectOf(given['VolumeOptions'], 'VolumeOptions');
  const driver = checked(objectOf(wanted['DriverConfig'], 'DriverConfig'), DRIVER_CONFIG, { within: 'DriverConfig.', allowed });
  checkOptions(driver['Options'], guard);
  if (source !== '') await ensureVolume(source, guard, driver);
  const options = checked(wanted, VOLUME_OPTIONS, { within: 'VolumeOptions.', allowed });
  return {
    ...options,
    ...(Object.keys(driver).length > 0 && { DriverConfig: driver }),
    Labels: guard.own.labelled(textsOf(wanted['Labels'], 'Labels')),
  };
}

async function volumesFrom(ref: string, { own }: Guard): Promise<{ readonly ref: string; readonly targets: readonly string[] }> {
  const [name = '', ...mode] = ref.split(':');
  const { Id, Mounts = [] } = await own.inspected(name);
  return { ref: [Id, ...mode].join(':'), targets: Mounts.map(({ Destination }) => Destination) };
}
