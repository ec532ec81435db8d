import type { PathName } from './names.ts';
import type { Rule } from './rule.ts';
import { buildImage } from './rules/build.ts';
import { createContainer, createExec, removeContainer, startExec, updateContainer } from './rules/containers.ts';
import { commit, pullOrImport, pushImage, removeImage, tagImage } from './rules/images.ts';
import { diskUsage, listImages, listNetworks, onlyLabelled } from './rules/lists.ts';
import { loadImages } from './rules/load.ts';
import { connectNetwork, createNetwork, inspectNetwork } from './rules/networks.ts';
import { pass, passAnyImages, passBody, passBytes, passJson, refused, settle } from './rules/plain.ts';
import { createVolume } from './rules/volumes.ts';

/** `{container}` and the like in a path stand for one of the run's: see names.ts. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly rule: Rule;
  /** The client may ask for the connection itself. */
  readonly upgrades?: 'stream' | 'buildkit';
}

const on = (methods: string, path: string, rule: Rule, upgrades?: Route['upgrades']): readonly Route[] =>
  methods.split(' ').map((method) => ({ method, path, rule, ...(upgrades && { upgrades }) }));

const BUILD_CACHE = refused('the build cache is everybody’s, and the daemon’s own to clean up');

/** Every endpoint there is; what is not here is refused. The first that fits decides. */
export const ROUTES: readonly Route[] = [
  ...on('GET HEAD', '/_ping', pass),
  ...on('GET', '/version', pass),
  ...on('GET', '/info', pass),
  ...on('POST', '/auth', passJson),
  ...on('GET', '/events', onlyLabelled),
  ...on('GET', '/system/df', diskUsage),
  ...on('GET', '/distribution/{any}/json', pass),

  ...on('GET', '/containers/json', onlyLabelled),
  ...on('POST', '/containers/create', createContainer),
  ...on('POST', '/containers/prune', onlyLabelled),
  ...on('GET', '/containers/{container}/json', pass),
  ...on('GET', '/containers/{container}/top', pass),
  ...on('GET', '/containers/{container}/logs', passBytes),
  ...on('GET', '/containers/{container}/changes', pass),
  ...on('GET', '/containers/{container}/export', pass),
  ...on('GET', '/containers/{container}/stats', pass),
  ...on('POST', '/containers/{container}/resize', pass),
  ...on('POST', '/containers/{container}/start', settle),
  ...on('POST', '/containers/{container}/stop', pass),
  ...on('POST', '/containers/{container}/restart', settle),
  ...on('POST', '/containers/{container}/kill', pass),
  ...on('POST', '/containers/{container}/pause', pass),
  ...on('POST', '/containers/{container}/unpause', pass),
  ...on('POST', '/containers/{container}/wait', pass),
  ...on('POST', '/containers/{container}/rename', settle),
  ...on('POST', '/containers/{container}/update', updateContainer),
  ...on('POST', '/containers/{container}/attach', pass, 'stream'),
  ...on('GET HEAD', '/containers/{container}/archive', pass),
  ...on('PUT', '/containers/{container}/archive', passBody),
  ...on('DELETE', '/containers/{container}', removeContainer),
  ...on('POST', '/containers/{container}/exec', createExec),
  ...on('GET', '/exec/{exec}/json', pass),
  ...on('POST', '/exec/{exec}/start', startExec, 'stream'),
  ...on('POST', '/exec/{exec}/resize', pass),

  ...on('GET', '/images/json', listImages),
  ...on('GET', '/images/search', pass),
  ...on('GET', '/images/get', passAnyImages),
  ...on('POST', '/images/create', pullOrImport),
  ...on('POST', '/images/load', loadImages),
  ...on('POST', '/images/prune', onlyLabelled),
  ...on('GET', '/images/{image}/json', pass),
  ...on('GET', '/images/{image}/history', pass),
  ...on('GET', '/images/{image}/get', pass),
  ...on('POST', '/images/{any}/push', pushImage),
  ...on('POST', '/images/{image}/tag', tagImage),
  ...on('DELETE', '/images/{own image}', removeImage),
  ...on('POST', '/commit', commit),
  ...on('POST', '/build', buildImage),
  ...on('POST', '/build/prune', BUILD_CACHE),
  ...on('POST', '/session', pass, 'stream'),
  ...on('POST', '/grpc', pass, 'buildkit'),

  ...on('GET', '/networks', listNetworks),
  ...on('POST', '/networks/create', createNetwork),
  ...on('POST', '/networks/prune', onlyLabelled),
  ...on('GET', '/networks/{readable network}', inspectNetwork),
  ...on('POST', '/networks/{network}/connect', connectNetwork),
  ...on('POST', '/networks/{network}/disconnect', connectNetwork),
  ...on('DELETE', '/networks/{network}', settle),

  ...on('GET', '/volumes', onlyLabelled),
  ...on('POST', '/volumes/create', createVolume),
  ...on('POST', '/volumes/prune', onlyLabelled),
  ...on('GET', '/volumes/{volume}', pass),
  ...on('DELETE', '/volumes/{volume}', settle),
];

export interface Matched {
  readonly route: Route;
  /** What the path names, with the kind of each. */
  readonly names: readonly { readonly kind: PathName; readonly name: string }[];
}

export function routeOf(method: string, path: string): Matched | undefined {
  for (const { route, pattern, kinds } of COMPILED) {
    const found = route.method === method ? pattern.exec(path) : null;
    if (found) return { route, names: kinds.map((kind, index) => ({ kind, name: found[index + 1] ?? '' })) };
  }
  return undefined;
}

const COMPILED = ROUTES.map((route) => {
  const kinds = [...route.path.matchAll(/\{([a-z ]+)\}/g)].map((match) => match[1] as PathName);
  const text = route.path.replace(/\{([a-z ]+)\}/g, (_, kind: string) => (/image|any/.test(kind) ? '(.+)' : '([^/]+)'));
  return { route, kinds, pattern: new RegExp(`^${text}$`) };
});
