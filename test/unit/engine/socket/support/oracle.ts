import type { Seen } from './recording-daemon.ts';

interface Created {
  readonly Labels?: Record<string, string>;
  readonly Volumes?: unknown;
  readonly HostConfig?: Record<string, unknown> & {
    readonly Mounts?: readonly {
      readonly Type: string;
      readonly Source?: string;
      readonly VolumeOptions?: { readonly Labels?: object; readonly DriverConfig?: { readonly Options?: object } };
    }[];
  };
}

/** What a daemon must never be asked on behalf of the run; undefined: nothing is wrong with it. */
export function escapeIn({ method, path, query, body }: Seen, run: string): string | undefined {
  if (/\/\/|\/\.\.?(\/|$)|%/.test(path)) return 'a path that is not plain';
  if (/^\/(swarm|nodes|services|tasks|secrets|configs|plugins)/.test(path)) return 'a swarm';
  if (
    /foreign/.test(path) &&
    !(method === 'GET' && /^\/(containers|exec)\/[^/]+\/json$|^\/images\/.+\/json$|^\/(networks|volumes)\/[^/]+$/.test(path))
  )
    return 'what is not of the run';
  if (method === 'DELETE' && /^\/images\/(?!own)/.test(path)) return 'an image that the run did not make';
  if (method !== 'POST') return undefined;
  if (path === '/containers/create') return escapeOf(JSON.parse(body) as Created, run);
  if (path === '/networks/create' || path === '/volumes/create')
    return madeFreely(JSON.parse(body) as Created & Record<string, unknown>, run);
  if (path === '/build')
    return query.get('labels')?.includes(`"dev.runner.run":"${run}"`) && query.get('networkmode') !== 'host'
      ? undefined
      : 'a build without labels';
  if (path === '/commit' || (path === '/images/create' && !query.get('fromImage')))
    return query.getAll('changes').includes(`LABEL "dev.runner.run"="${run}"`) ? undefined : 'an image without labels';
  if (/prune$/.test(path)) return query.get('filters')?.includes(`dev.runner.run=${run}`) ? undefined : 'a prune of everything';
  if (/\/exec$/.test(path)) return (JSON.parse(body) as { Privileged?: unknown }).Privileged ? 'a privileged exec' : undefined;
  return undefined;
}

const UNNAMED = [
  'Binds',
  'Devices',
  'DeviceRequests',
  'DeviceCgroupRules',
  'CapAdd',
  'Sysctls',
  'CgroupParent',
  'MaskedPaths',
  'ReadonlyPaths',
  'Annotations',
];
const HOST = ['PidMode', 'IpcMode', 'UsernsMode', 'UTSMode', 'CgroupnsMode', 'NetworkMode'];

function escapeOf({ Labels, Volumes, HostConfig = {} }: Created, run: string): string | undefined {
  if (Labels?.['dev.runner.run'] !== run) return 'a container without labels';
  if (Volumes !== undefined) return 'a volume without labels';
  const text = JSON.stringify(HostConfig).toLowerCase();
  if (HostConfig['Privileged'] || /"privileged":(?!false)/.test(text)) return 'a privileged container';
  const named = UNNAMED.find((name) => HostConfig[name] !== undefined);
  if (named) return named;
  const host = HOST.find((name) => HostConfig[name] === 'host' || /foreign/.test(String(HostConfig[name])));
  if (host) return host;
  if (/foreign|unconfined/.test(text)) return 'something of somebody else';
  if (Object.keys(HostConfig).some((key) => !/^[A-Z]/.test(key))) return 'a key that reads in two ways';
  for (const { Type, Source = '', VolumeOptions } of HostConfig.Mounts ?? []) {
    if (Type === 'bind' && Source !== '/home/u/project') return `a mount of ${Source}`;
    if (Type === 'volume' && Source === '' && !VolumeOptions?.Labels) return 'a volume without labels';
    if (VolumeOptions?.DriverConfig?.Options && JSON.stringify(VolumeOptions.DriverConfig.Options).includes('device'))
      return 'a volume that is a folder of the machine';
  }
  return undefined;
}

function madeFreely({ Labels, DriverOpts, Options, Name }: Created & Record<string, unknown>, run: string): string | undefined {
  if (Labels?.['dev.runner.run'] !== run) return 'a create without labels';
  const own = JSON.stringify(DriverOpts ?? {}).includes('"device":"/home/u/project"') && /-bind-0$/.test(String(Name));
  if (JSON.stringify(DriverOpts ?? {}).includes('device') && !own) return 'a volume that is a folder of the machine';
  return /bridge\.name/.test(JSON.stringify(Options ?? {})) ? 'a bridge of the machine' : undefined;
}
