import type { KindSpec, Spec } from '../spec/spec.ts';
import { markerOf } from './env.ts';
import type { ClusterPlan } from './kubernetes.ts';
import { clusterName, resourceName } from './names.ts';
import type { PlanContext } from './pattern.ts';

/** Where the files of a cluster lie: a folder of the run, below the one for temporary files. */
export interface ClusterFiles {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly internalKubeconfig: string;
}

export function clusterFiles({ run, facts }: PlanContext): ClusterFiles {
  const folder = `${facts.tempFolder}/runner-${run}-cluster`;
  return { folder, kubeconfig: `${folder}/kubeconfig`, internalKubeconfig: `${folder}/kubeconfig-internal` };
}

/** The cluster of a run, with all its names chosen. `nodeImage`: as the daemon knows it. */
export function clusterPlan(spec: Spec, context: PlanContext, nodeImage: string): ClusterPlan {
  const { run, facts } = context;
  const { cpus, memoryBytes } = spec.resources;
  const { folder, kubeconfig, internalKubeconfig } = clusterFiles(context);
  return {
    name: clusterName(run),
    network: resourceName(run, 'net'),
    ...(facts.paths.seen === 'container' ? { runnerContainer: facts.paths.container.id } : {}),
    nodeImage,
    pull: typeof spec.kind.nodeImage === 'string' ? spec.docker.pull : 'never',
    config: clusterConfig(spec.kind),
    kubeconfig,
    internalKubeconfig,
    kindKubeconfig: `${folder}/kubeconfig-kind`,
    marker: markerOf(run, 'cluster'),
    waitMs: spec.kind.waitMs,
    ...(cpus === undefined ? {} : { cpus }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  };
}

interface Node {
  readonly role?: string;
  readonly extraPortMappings?: readonly { readonly hostPort?: number }[];
}

/** -1 is kind's word for "let Docker choose": a port that was looked up as free may be taken when it is bound. */
const CHOSEN_BY_DOCKER = -1;

/**
 * The user's document with what a throwaway cluster wants: ports that Docker chooses, and a control plane that does not wait
 * for what protects clusters that are to last. The user's own patches come after the runner's, so they win.
 */
function clusterConfig({ config, waitMs }: KindSpec): Readonly<Record<string, unknown>> {
  const nodes = (config['nodes'] ?? [{ role: 'control-plane' }]) as readonly Node[];
  const isAlone = nodes.filter(({ role = 'control-plane' }) => role === 'control-plane').length === 1;
  return {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    ...config,
    nodes: nodes.map(withChosenPorts),
    networking: { apiServerPort: CHOSEN_BY_DOCKER, ...(config['networking'] as object | undefined) },
    kubeadmConfigPatches: [
      ...patient(waitMs),
      ...hasty(isAlone),
      PROMPT_PROXY,
      ...((config['kubeadmConfigPatches'] as readonly string[] | undefined) ?? []),
    ],
  };
}

const withChosenPorts = (node: Node): Node =>
  node.extraPortMappings
    ? { ...node, extraPortMappings: node.extraPortMappings.map((port) => ({ ...port, hostPort: port.hostPort || CHOSEN_BY_DOCKER })) }
    : node;

/** kubeadm gives a control plane four minutes, whatever the user gives. */
const patient = (waitMs: number): readonly string[] => [
  `apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer: { timeoutForControlPlane: ${waitMs / 1000}s }`,
  `apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\ntimeouts: { controlPlaneComponentHealthCheck: ${waitMs / 1000}s }`,
];

type Args = Readonly<Record<string, string>>;

const written = (args: Args, each: (name: string, value: string) => string): string =>
  Object.entries(args)
    .map(([name, value]) => each(name, value))
    .join(', ');

/** kind passes over a patch of another version. kubeadm keeps the gate for as long as it takes v1beta3 (its deprecation message). */
interface Format {
  readonly version: string;
  /** A map up to v1beta3, a list since. */
  readonly args: (args: Args) => string;
  /** Elliptic keys: sixteen that are RSA's take a second and a half to make. */
  readonly quickKeys: string;
}

const FORMATS: readonly Format[] = [
  {
    version: 'v1beta3',
    quickKeys: 'featureGates: { PublicKeysECDSA: true }',
    args: (args) => `{ ${written(args, (name, value) => `${name}: "${value}"`)} }`,
  },
  {
    version: 'v1beta4',
    quickKeys: 'encryptionAlgorithm: ECDSA-P256',
    args: (args) => `[${written(args, (name, value) => `{ name: ${name}, value: "${value}" }`)}]`,
  },
];

/**
 * The controller manager asks 20 times a second unless told otherwise, and for each of its forty controllers thrice before it is
 * there: five seconds in which no namespace has a ServiceAccount, and no pod can be made (docs/benchmarks.md).
 */
const UNTHROTTLED = { 'kube-api-qps': '500', 'kube-api-burst': '1000' };

/** What a power cut would lose is thrown away anyway; and where there is one control plane, nobody else could lead. */
const hasty = (isAlone: boolean): readonly string[] =>
  FORMATS.map(({ version, args, quickKeys }) => {
    const alone: Args = isAlone ? { 'leader-elect': 'false' } : {};
    return [
      `apiVersion: kubeadm.k8s.io/${version}`,
      'kind: ClusterConfiguration',
      quickKeys,
      `etcd: { local: { extraArgs: ${args(isAlone ? { 'unsafe-no-fsync': 'true' } : {})} } }`,
      `controllerManager: { extraArgs: ${args({ ...alone, ...UNTHROTTLED })} }`,
      `scheduler: { extraArgs: ${args(alone)} }`,
    ].join('\n');
  });

/** kube-proxy writes rules at most once a second unless told otherwise: a service that is ready would answer that much later. */
const PROMPT_PROXY = 'kind: KubeProxyConfiguration\niptables: { minSyncPeriod: 50ms }';
