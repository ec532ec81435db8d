import * as v from 'valibot';
import { flag, list, mapOf, oneOf, type Schema, section, text, wholeNumber } from './kinds.ts';

const PORT = { auto: -1, highest: 65_535 };

const texts = (about: string): Schema<Record<string, string>> =>
  mapOf(about, text('A name.'), v.pipe(v.string('a text'), v.description('Its value.')));

const patches = (): Schema<unknown> =>
  v.optional(list('Patches of the configuration that kubeadm gets.', text('A YAML document.'))) as Schema<unknown>;

const jsonPatches = (): Schema<unknown> =>
  v.optional(
    list(
      'The same, as JSON patches.',
      section('A patch.', {
        group: text('The API group.'),
        version: text('Its version.'),
        kind: text('The kind that is patched.'),
        patch: text('A list of operations, in YAML or JSON.'),
      }),
    ),
  ) as Schema<unknown>;

const mountSchema: Schema<unknown> = section('A folder of this machine that the node sees.', {
  hostPath: text('A path of this machine.'),
  containerPath: text('Where the node sees it.'),
  readOnly: v.optional(flag('Whether writing is refused.')),
  selinuxRelabel: v.optional(flag('Whether it is relabelled for SELinux.')),
  propagation: v.optional(oneOf('How mounts inside it spread.', ['None', 'HostToContainer', 'Bidirectional'])),
});

const portSchema: Schema<unknown> = section('A port of the node that this machine answers on.', {
  containerPort: wholeNumber('The port in the node.', 1, PORT.highest),
  hostPort: v.optional(wholeNumber('The port of this machine; left out, Docker chooses one that is free.', PORT.auto, PORT.highest)),
  listenAddress: v.optional(text('The address of this machine that listens.')),
  protocol: v.optional(oneOf('Its protocol.', ['TCP', 'UDP', 'SCTP'])),
});

const nodeSchema: Schema<unknown> = section('A node.', {
  role: v.optional(oneOf('What it is for.', ['control-plane', 'worker'])),
  image: v.optional(text('Its image, where it is not the one of all nodes.')),
  labels: v.optional(texts('Its Kubernetes labels.')),
  extraMounts: v.optional(
    list('Folders of this machine that it sees. Outside the workspace they need the policy `host-mounts`.', mountSchema),
  ),
  extraPortMappings: v.optional(list('Its ports that this machine answers on.', portSchema)),
  kubeadmConfigPatches: patches(),
  kubeadmConfigPatchesJSON6902: jsonPatches(),
});

const networkingSchema: Schema<unknown> = section('The networks inside the cluster.', {
  ipFamily: v.optional(oneOf('Its addresses.', ['ipv4', 'ipv6', 'dual'])),
  apiServerAddress: v.optional(text('The address of this machine where the API server listens.')),
  apiServerPort: v.optional(wholeNumber('Its port; left out, Docker chooses one that is free.', PORT.auto, PORT.highest)),
  podSubnet: v.optional(text('Where pods get their addresses from.')),
  serviceSubnet: v.optional(text('Where services get their addresses from.')),
  disableDefaultCNI: v.optional(flag("Whether kind's own pod network is left out.")),
  kubeProxyMode: v.optional(oneOf('How services are reached.', ['iptables', 'ipvs', 'nftables', 'none'])),
  dnsSearch: v.optional(list('Search domains of the nodes.', text('A domain.'))),
});

/** The document that `kind create cluster --config` reads (kind.x-k8s.io/v1alpha4), in its own words; its name is the run's business. */
export const kindConfigSchema: Schema<Readonly<Record<string, unknown>>> = section(
  "kind's own cluster configuration (v1alpha4), merged with what the runner needs.",
  {
    kind: v.optional(oneOf('Always `Cluster`.', ['Cluster'])),
    apiVersion: v.optional(oneOf('The version of the format.', ['kind.x-k8s.io/v1alpha4'])),
    nodes: v.optional(
      v.pipe(
        list('The nodes; default: one control-plane.', nodeSchema),
        v.check((nodes) => nodes.some(isControlPlane), 'has no control-plane; a cluster needs one'),
      ),
    ),
    networking: v.optional(networkingSchema),
    featureGates: v.optional(mapOf('Features of Kubernetes.', text('A feature.'), flag('Whether it is on.'))),
    runtimeConfig: v.optional(texts('APIs to serve.')),
    kubeadmConfigPatches: patches(),
    kubeadmConfigPatchesJSON6902: jsonPatches(),
    containerdConfigPatches: v.optional(list('Patches of the configuration of containerd.', text('A TOML document.'))),
    containerdConfigPatchesJSON6902: v.optional(list('The same, as JSON patches.', text('A list of operations.'))),
  },
);

const isControlPlane = (node: unknown): boolean => ((node as { role?: string }).role ?? 'control-plane') === 'control-plane';
