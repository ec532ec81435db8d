import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import type { IngressClass } from 'kubernetes-types/networking/v1.js';
import { type KubeObject, refText, selects, type TypeName } from './object.ts';
import type { Observed } from './observed.ts';
import type { PodObject } from './pod-readiness.ts';
import { type IngressObject, type ServiceObject, servicesOf } from './traffic-readiness.ts';

/** What has to be watched to find the way in. */
export const ENTRY_TYPES: readonly TypeName[] = [
  'Ingress.networking.k8s.io',
  'IngressClass.networking.k8s.io',
  'Service',
  'Pod',
  'Node',
  'EndpointSlice.discovery.k8s.io',
];

/** Where requests from outside reach the ingress controller. */
export interface Entry {
  readonly node: string;
  readonly nodeAddress: string;
  readonly port: number;
  /** `hostPort 80 of Pod kube-system/traefik-5d4b`. */
  readonly what: string;
}

interface Door {
  readonly object: KubeObject;
  readonly node: string | undefined;
  readonly port: number;
  readonly what: string;
}

const NAMES = { http: ['http', 'web'], https: ['https', 'websecure'] };
const PORTS = { http: 80, https: 443 };
/** Words that the name of any controller may have: `k8s.io/ingress-nginx`, `traefik.io/ingress-controller`. */
const COMMON = ['io', 'com', 'org', 'k8s', 'ingress', 'controller', 'networking', 'kubernetes'];

/** A node's port that leads to the controller of the Ingress for this host: of all ports that could be it, one that is called like it. Else why there is none. */
export function entryOf(world: Observed, { host, tls }: { readonly host: string; readonly tls: boolean }): Entry | string {
  const scheme = tls ? 'https' : 'http';
  const words = wordsOf(controllerOf(ingressFor(host, world), world));
  const doors = [...hostPorts(world, scheme), ...nodePorts(world, scheme)].filter(({ object }) => !isBackend(object, world));
  const isNamed = ({ object: { metadata } }: Door): boolean =>
    words.some((word) => [metadata.name, ...Object.values(metadata.labels ?? {})].some((text) => text.includes(word)));
  const door = doors.find(isNamed) ?? doors[0];
  if (!door) return `no pod of an ingress controller has hostPort ${PORTS[scheme]}, and no Service of type NodePort leads to one`;
  const nodes = world.all<Node>('Node');
  const node = nodes.find(({ metadata }) => metadata.name === door.node) ?? nodes[0];
  const address = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  if (!node || !address) return 'the node has no address';
  return { node: node.metadata.name, nodeAddress: address, port: door.port, what: door.what };
}

/** The Ingress that has a rule for the host; one without a host is for all. */
export function ingressFor(host: string, world: Observed): IngressObject | undefined {
  const all = world.all<IngressObject>('Ingress.networking.k8s.io');
  const isFor = (one: IngressObject, wanted: (rule: string | undefined) => boolean): boolean =>
    one.spec?.rules?.some((rule) => wanted(rule.host)) ?? false;
  const parent = host.replace(/^[^.]+/, '*');
  return (
    all.find((one) => isFor(one, (rule) => rule === host)) ??
    all.find((one) => isFor(one, (rule) => rule === parent)) ??
    all.find((one) => one.spec?.defaultBackend || isFor(one, (rule) => !rule))
  );
}

const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';

function controllerOf(ingress: IngressObject | undefined, world: Observed): string {
  const classes = world.all<IngressClass>('IngressClass.networking.k8s.io');
  const name = ingress?.spec?.ingressClassName ?? ingress?.metadata.annotations?.['kubernetes.io/ingress.class'];
  const found = classes.find(({ metadata }) => (name ? metadata.name === name : metadata.annotations?.[DEFAULT_CLASS] === 'true'));
  return found?.spec?.controller ?? name ?? '';
}

const wordsOf = (controller: string): readonly string[] =>
  controller.split(/[^a-z0-9]+/).filter((word) => word !== '' && !COMMON.includes(word));

function hostPorts(world: Observed, scheme: 'http' | 'https'): readonly Door[] {
  return world
    .all<PodObject>('Pod')
    .filter((pod) => pod.status?.phase === 'Running')
    .flatMap((object) => {
      const hostPort = portsOf(object).find((port) => port.hostPort && isFor(scheme, { port: port.hostPort, name: port.name }))?.hostPort;
      return hostPort ? [{ object, node: object.spec?.nodeName, port: hostPort, what: `hostPort ${hostPort} of ${textOf(object)}` }] : [];
    });
}

/** With the node's own network, a container's port is one of the node. */
function portsOf({ spec }: Pod): readonly { readonly hostPort?: number | undefined; readonly name?: string | undefined }[] {
  const ports = spec?.containers.flatMap((container) => container.ports ?? []) ?? [];
  return spec?.hostNetwork ? ports.map(({ containerPort, name }) => ({ hostPort: containerPort, name })) : ports;
}

/** On a node that has an endpoint, as `externalTrafficPolicy: Local` wants it. */
function nodePorts(world: Observed, scheme: 'http' | 'https'): readonly Door[] {
  return world.all<ServiceObject>('Service').flatMap((object) => {
    const nodePort = object.spec?.ports?.find((port) => port.nodePort && isFor(scheme, port))?.nodePort;
    if (!nodePort) return [];
    const slices = world.all<EndpointSlice>('EndpointSlice.discovery.k8s.io', object.metadata.namespace);
    const own = slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === object.metadata.name);
    const node = own.flatMap(({ endpoints }) => endpoints ?? []).find(({ conditions }) => conditions?.ready !== false)?.nodeName;
    return [{ object, node, port: nodePort, what: `NodePort ${nodePort} of ${textOf(object)}` }];
  });
}

const isFor = (scheme: 'http' | 'https', { port, name = '' }: { readonly port: number; readonly name?: string | undefined }): boolean =>
  port === PORTS[scheme] || NAMES[scheme].includes(name);

/** What an Ingress leads to is behind the controller, and no way into it. */
function isBackend(object: KubeObject, world: Observed): boolean {
  const { name, namespace, labels } = object.metadata;
  const ingresses = world.all<IngressObject>('Ingress.networking.k8s.io', namespace);
  const services = ingresses.flatMap(servicesOf);
  if (object.kind === 'Service') return services.includes(name);
  return services.some((service) => {
    const selector = world.get<ServiceObject>({ type: 'Service', namespace, name: service })?.spec?.selector;
    return selector !== undefined && selects({ matchLabels: selector }, labels);
  });
}

const textOf = ({ kind, metadata }: KubeObject): string => refText({ type: kind, ...metadata });
