import type { Env, MountSpec, Spec } from '../spec/spec.ts';
import type { HostFacts } from './facts.ts';
import type { PlanContext } from './pattern.ts';
import { SOCKET_TARGET } from './socket.ts';
import type { PathSetting } from './translate.ts';

/** By what the paths of this spec are translated. */
export const pathSetting = ({ docker }: Spec, { facts }: PlanContext): PathSetting => ({ paths: facts.paths, hostPaths: docker.hostPaths });

/** The socket that DOCKER_HOST names, or the usual one; undefined where it names none. */
export const daemonSocket = (environment: Env): string | undefined => {
  const host = environment['DOCKER_HOST'] || `unix://${SOCKET_TARGET}`;
  return host.startsWith('unix://') ? host.slice('unix://'.length) : undefined;
};

/** Every path of the runner that a plan of this spec may ask the daemon to mount. */
export const sharedPaths = (
  spec: Spec,
  { environment, knownHosts, tempFolder }: Pick<HostFacts, 'environment' | 'knownHosts' | 'tempFolder'>,
): readonly string[] => {
  const socket = spec.docker.socket === 'raw' ? daemonSocket(environment) : undefined;
  const agent = spec.sshAgent ? [environment['SSH_AUTH_SOCK'], knownHosts] : [];
  const mounts = [spec, ...spec.services].flatMap((one: { readonly mounts: readonly MountSpec[] }) => one.mounts);
  const sources = mounts.flatMap((mount) => (mount.type === 'bind' ? [mount.source] : []));
  return [...new Set([spec.workspace.path, tempFolder, ...sources, ...agent, socket].filter((path) => path !== undefined))];
};
