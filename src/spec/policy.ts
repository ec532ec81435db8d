import path from 'node:path';
import { type Place, RunnerError } from '../errors.ts';
import { type Path, pathText } from './path.ts';
import type { DockerSpec, MountSpec, Spec } from './spec.ts';
import { nearest } from './suggest.ts';

/** What a spec may not ask for unless somebody outside the spec allows it, because it reaches this machine. */
export const POLICY_KEYS = ['privileged', 'capabilities', 'devices', 'socket', 'host-network', 'host-mounts'] as const;
export type PolicyKey = (typeof POLICY_KEYS)[number];

export interface Policy {
  readonly allowed: ReadonlySet<PolicyKey>;
  /** Absolute paths besides the spec's folder that a spec may use as its workspace: where the caller stands. */
  readonly trusted: readonly string[];
  /** Where a path leads: every link in it followed, as far as it exists. */
  readonly resolved: (path: string) => string;
}

/** Where a list of keys comes from, for messages: `--allow`, or the path of a policy file. */
export interface PolicySource {
  readonly from: string;
  /** `{ allow: [...], deny: [...] }`, as parsed. */
  readonly content: unknown;
}

/** A field that the policy does not allow. */
export interface PolicyRefusal {
  readonly path: Path;
  /** What it would do, as the rest of a sentence that starts with the field. */
  readonly what: string;
  readonly key: PolicyKey;
}

/**
 * What all sources together allow: a key that any of them denies stays denied. Throws `usage.invalid` for a source that
 * is no policy, because a misspelt `deny` must not open a door.
 */
export function allowedBy(sources: readonly PolicySource[]): ReadonlySet<PolicyKey> {
  const denied = sources.flatMap((source) => keysIn(source, 'deny'));
  return new Set(sources.flatMap((source) => keysIn(source, 'allow')).filter((key) => !denied.includes(key)));
}

/** Every field of the spec that the policy does not allow, in the order of the fields. */
export function refusals(spec: Spec, policy: Policy): readonly PolicyRefusal[] {
  const asked = [
    ...ofPattern(spec),
    ...ofWorkspace(spec, policy),
    ...ofMounts(spec, policy),
    ...ofNetwork(spec),
    ...ofDocker(spec.docker),
    ...ofNodes(spec),
  ];
  return asked.filter(({ key }) => !policy.allowed.has(key));
}

/** The refusals as one error that names each field, its line and the key that would allow it. */
export function refusedError(refused: readonly PolicyRefusal[], placeOf: (path: Path) => Place): RunnerError {
  const keys = [...new Set(refused.map(({ key }) => key))];
  const first = refused[0];
  return new RunnerError('policy.refused', 'the spec asks for what the policy does not allow', {
    detail: refused.map(({ path: field, what, key }) => `${placeText(placeOf(field))}  ${pathText(field)}  ${what}; policy key \`${key}\``),
    hint: `If you trust this spec, run it with \`--allow ${keys.join(',')}\`, or allow it in your policy file.`,
    ...(first ? { at: placeOf(first.path) } : {}),
  });
}

/** The daemon's container may do anything; what the steps start in it is kept in by that daemon alone. */
const ofPattern = ({ pattern }: Spec): readonly PolicyRefusal[] =>
  pattern === 'dind' ? [{ path: ['pattern'], what: 'starts a Docker daemon in a privileged container', key: 'privileged' }] : [];

function ofWorkspace({ workspace, folder }: Spec, { trusted, resolved }: Policy): readonly PolicyRefusal[] {
  const leadsTo = resolved(workspace.path);
  const inside = [folder, ...trusted].some((root) => contains(resolved(root), leadsTo));
  return inside ? [] : [{ path: ['workspace', 'path'], what: `is ${leadsTo}, outside the folder of the spec`, key: 'host-mounts' }];
}

function ofMounts({ mounts, services, workspace }: Spec, { resolved }: Policy): readonly PolicyRefusal[] {
  const owners: readonly { readonly at: Path; readonly mounts: readonly MountSpec[] }[] = [
    { at: [], mounts },
    ...services.map((service, index) => ({ at: ['services', index], mounts: service.mounts })),
  ];
  return owners.flatMap((owner) =>
    owner.mounts.flatMap((mount, index): readonly PolicyRefusal[] => {
      if (mount.type !== 'bind') return [];
      const leadsTo = resolved(mount.source);
      if (contains(resolved(workspace.path), leadsTo)) return [];
      return [{ path: [...owner.at, 'mounts', index, 'source'], what: `mounts ${leadsTo}, outside the workspace`, key: 'host-mounts' }];
    }),
  );
}

/** What a node sees of this machine, everything in the cluster may see. */
function ofNodes({ kind, workspace }: Spec): readonly PolicyRefusal[] {
  const nodes = (kind.config['nodes'] ?? []) as readonly { readonly extraMounts?: readonly { readonly hostPath: string }[] }[];
  return nodes.flatMap(({ extraMounts = [] }, node) =>
    extraMounts.flatMap(({ hostPath }, index): readonly PolicyRefusal[] => {
      if (contains(workspace.path, hostPath)) return [];
      const at = ['kind', 'config', 'nodes', node, 'extraMounts', index, 'hostPath'];
      return [{ path: at, what: `mounts ${hostPath}, outside the workspace`, key: 'host-mounts' }];
    }),
  );
}

function ofNetwork({ network }: Spec): readonly PolicyRefusal[] {
  if (network?.type === 'host') return [{ path: ['network'], what: 'uses the network of this machine', key: 'host-network' }];
  if (network?.type !== 'existing') return [];
  return [{ path: ['network', 'name'], what: `joins the network ${network.name}, which is not of this run`, key: 'host-network' }];
}

function ofDocker(docker: DockerSpec): readonly PolicyRefusal[] {
  const asks: readonly (PolicyRefusal & { readonly asked: boolean })[] = [
    { path: ['docker', 'privileged'], what: 'lets the steps do anything to this machine', key: 'privileged', asked: docker.privileged },
    { path: ['docker', 'cap_add'], what: `adds ${docker.capAdd.join(', ')}`, key: 'capabilities', asked: docker.capAdd.length > 0 },
    { path: ['docker', 'devices'], what: `opens ${docker.devices.join(', ')}`, key: 'devices', asked: docker.devices.length > 0 },
    { path: ['docker', 'socket'], what: 'hands out the Docker daemon of this machine', key: 'socket', asked: docker.socket === 'raw' },
    {
      path: ['docker', 'host_paths'],
      what: 'names paths of the daemon by hand',
      key: 'host-mounts',
      asked: Object.keys(docker.hostPaths).length > 0,
    },
  ];
  return asks.filter(({ asked }) => asked).map(({ path: field, what, key }) => ({ path: field, what, key }));
}

function keysIn({ from, content }: PolicySource, list: 'allow' | 'deny'): readonly PolicyKey[] {
  const isMapping = typeof content === 'object' && content !== null && !Array.isArray(content);
  const stranger = isMapping ? Object.keys(content).find((key) => key !== 'allow' && key !== 'deny') : '';
  if (!isMapping || stranger !== undefined)
    throw notPolicy(from, stranger ? `\`${stranger}\` is neither \`allow\` nor \`deny\`` : 'it is no mapping');
  const keys: unknown = (content as Readonly<Record<string, unknown>>)[list] ?? [];
  if (!Array.isArray(keys)) throw notPolicy(from, `\`${list}\` is no list`);
  return keys.map((key) => policyKey(key, from));
}

function policyKey(written: unknown, from: string): PolicyKey {
  const key = POLICY_KEYS.find((candidate) => candidate === written);
  if (key) return key;
  const meant = nearest(String(written), POLICY_KEYS);
  throw notPolicy(from, `\`${String(written)}\` is not a policy key${meant ? `; did you mean \`${meant}\`?` : ''}`);
}

const notPolicy = (from: string, why: string): RunnerError =>
  new RunnerError('usage.invalid', `the policy from ${from} cannot be read: ${why}`, { hint: `The keys are ${POLICY_KEYS.join(', ')}.` });

const placeText = ({ file, line, column }: Place): string => (line === 0 ? file : `${file}:${line}:${column}`);

function contains(folder: string, inner: string): boolean {
  const way = path.relative(folder, inner);
  return way === '' || (way !== '..' && !way.startsWith('../') && !path.isAbsolute(way));
}
