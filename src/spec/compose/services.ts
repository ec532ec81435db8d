import path from 'node:path';
import { ABSOLUTE } from '../kinds.ts';
import { parseSize } from '../size.ts';
import type { BuildSpec, Env, MountSpec, ReadySpec, ServiceSpec } from '../spec.ts';
import type { ComposeBuild, ComposeHealth, ComposeService, ComposeVolume, Variables } from './model.ts';

/** What is wrong with a part of a service that no schema can tell. */
export interface Complaint {
  readonly at: readonly (string | number)[];
  readonly message: string;
}

export interface ServiceSurroundings {
  /** The folder of the Compose file; absolute. */
  readonly folder: string;
  readonly environment: Env;
  /** The variables of the service's env files. */
  readonly fromFiles: Env;
}

/** A service of a Compose file as a service of ours, and what could not be read of it. */
export function serviceSpec(
  name: string,
  service: ComposeService,
  around: ServiceSurroundings,
): { readonly spec: ServiceSpec; readonly complaints: readonly Complaint[] } {
  const {
    build,
    image,
    healthcheck,
    command,
    entrypoint,
    user,
    working_dir: workingDir,
    aliases,
    ulimits,
    depends_on: dependsOn,
  } = service;
  const { mounts, complaints } = mountsOf(name, service, around);
  const ready = healthcheck && readyOf(healthcheck);
  return {
    complaints,
    spec: {
      name,
      image: build ? { build: name } : image!,
      env: { ...around.fromFiles, ...envOf(service.environment, around.environment) },
      command: command ?? [],
      ...{ entrypoint, user, workingDir, aliases, mounts, ulimits, dependsOn, ready },
    },
  };
}

const readyOf = ({ test: run, ...rhythm }: ComposeHealth): ReadySpec | undefined => (run === undefined ? undefined : { run, ...rhythm });

/** The image that a service wants to be made for it; its tag is the name of the service, by which steps may use it, too. */
export function buildSpec(
  name: string,
  build: ComposeBuild,
  { folder, environment }: Pick<ServiceSurroundings, 'folder' | 'environment'>,
): BuildSpec {
  const context = path.resolve(folder, build.context);
  return {
    tag: name,
    context,
    dockerfile: build.dockerfile,
    args: envOf(build.args, environment),
    target: build.target,
    labels: envOf(build.labels, environment),
    secrets: [],
  };
}

/** A variable without a value has that of the runner's own environment, and is left out where there is none. */
const envOf = (variables: Variables, environment: Env): Env =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => {
      const known = value ?? environment[name];
      return known === undefined ? [] : [[name, known]];
    }),
  );

function mountsOf(
  name: string,
  { volumes, tmpfs }: ComposeService,
  { folder }: ServiceSurroundings,
): { mounts: readonly MountSpec[]; complaints: readonly Complaint[] } {
  const read = [
    ...volumes.map((volume, index) => ({
      at: ['volumes', index],
      mount: typeof volume === 'string' ? shortVolume(volume, `${name}-${index}`) : longVolume(volume, `${name}-${index}`),
    })),
    ...tmpfs.map((written, index) => ({ at: ['tmpfs', index], mount: tmpfsOf(written) })),
  ];
  const mounts = read.flatMap(({ mount }) => (typeof mount === 'string' ? [] : [withFolder(mount, folder)]));
  return { mounts, complaints: read.flatMap(({ at, mount }) => (typeof mount === 'string' ? [{ at, message: mount }] : [])) };
}

const withFolder = (mount: MountSpec, folder: string): MountSpec =>
  mount.type === 'bind' ? { ...mount, source: path.resolve(folder, mount.source) } : mount;

/** `source:target:ro`, `source:target` or `target`; a text says what is wrong with it. */
function shortVolume(written: string, anonymous: string): MountSpec | string {
  const parts = written.split(':');
  const [source, target, mode] = parts.length === 1 ? [undefined, parts[0]!] : [parts[0]!, parts[1]!, parts[2]];
  if (parts.length > 3 || (mode !== undefined && !/^(?:rw|ro)$/.test(mode))) return 'is not source:target, with :ro or :rw behind it';
  const type = source !== undefined && /^[./~]/.test(source) ? 'bind' : 'volume';
  return longVolume({ type, source, target, read_only: mode === 'ro' }, anonymous);
}

function longVolume({ type, source, target, read_only: readOnly }: ComposeVolume, anonymous: string): MountSpec | string {
  if (!ABSOLUTE.like.test(target)) return `\`${target}\` is not ${ABSOLUTE.rule}`;
  if (type === 'tmpfs') return { type, target, sizeBytes: undefined };
  if (type === 'volume') return { type, volume: source ?? anonymous, target, readOnly };
  if (source === undefined) return 'needs `source`';
  return source.startsWith('~') ? 'begins with `~`, which is not replaced; write the path in full' : { type, source, target, readOnly };
}

/** `/run:size=64m`; sizes count in powers of two, as Docker has it. */
function tmpfsOf(written: string): MountSpec | string {
  const [target, ...options] = written.split(/[:,]/);
  const size = /^size=(\d+)([kmg])b?$/.exec(options.join());
  if (!ABSOLUTE.like.test(target!)) return `\`${target}\` is not ${ABSOLUTE.rule}`;
  if (options.length > 0 && !size) return 'may have size=64m behind the path, and nothing else';
  const units: Readonly<Record<string, string>> = { k: 'KiB', m: 'MiB', g: 'GiB' };
  return { type: 'tmpfs', target: target!, sizeBytes: size ? parseSize(`${size[1]}${units[size[2]!]}`) : undefined };
}
