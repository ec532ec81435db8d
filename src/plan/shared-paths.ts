import type { MountSpec, Spec } from '../spec/spec.ts';
import type { HostFacts } from './facts.ts';
import type { PlanContext } from './pattern.ts';
import type { PathSetting } from './translate.ts';

/** By what the paths of this spec are translated. */
export const pathSetting = ({ docker }: Spec, { facts }: PlanContext): PathSetting => ({ paths: facts.paths, hostPaths: docker.hostPaths });

/** Every path of the runner that a plan of this spec may ask the daemon to mount. */
export const sharedPaths = (
  spec: Spec,
  { environment, knownHosts, tempFolder }: Pick<HostFacts, 'environment' | 'knownHosts' | 'tempFolder'>,
): readonly string[] => {
  const agent = spec.sshAgent ? [environment['SSH_AUTH_SOCK'], knownHosts] : [];
  const mounts = [spec, ...spec.services].flatMap((one: { readonly mounts: readonly MountSpec[] }) => one.mounts);
  const sources = mounts.flatMap((mount) => (mount.type === 'bind' ? [mount.source] : []));
  return [...new Set([spec.workspace.path, tempFolder, ...sources, ...agent].filter((path) => path !== undefined))];
};
