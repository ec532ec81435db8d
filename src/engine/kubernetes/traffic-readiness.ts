import type { Service } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import type { Ingress } from 'kubernetes-types/networking/v1.js';
import { type KubeObject, selects } from './object.ts';
import type { Observed } from './observed.ts';
import type { PodObject } from './pod-readiness.ts';
import { READY, type Readiness, waiting } from './verdict.ts';

export type ServiceObject = KubeObject & Service;
export type IngressObject = KubeObject & Ingress;

/** Somebody answers for it, unless there is nobody who could. An address of a load balancer is not waited for: nothing here hands them out. */
export function serviceReadiness(object: KubeObject, world: Observed): Readiness {
  const { spec, metadata } = object as ServiceObject;
  if (!spec?.selector || spec.type === 'ExternalName') return READY;
  const pods = world
    .all<PodObject>('Pod', metadata.namespace)
    .filter((pod) => selects({ matchLabels: spec.selector as Record<string, string> }, pod.metadata.labels))
    .filter((pod) => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''));
  return pods.length === 0 || hasEndpoint(metadata, world) ? READY : waiting('it has no endpoint that is ready');
}

/** Every Service that it names is there and answered for. */
export function ingressReadiness(object: KubeObject, world: Observed): Readiness {
  const { namespace } = object.metadata;
  const names = servicesOf(object as IngressObject);
  const missing = names.find((name) => !world.get({ type: 'Service', namespace, name }));
  if (missing) return { state: 'stuck', why: `its Service ${missing} is not there` };
  const silent = names.find((name) => isOurs({ namespace, name }, world) && !hasEndpoint({ namespace, name }, world));
  return silent ? waiting(`its Service ${silent} has no endpoint that is ready`) : READY;
}

export function servicesOf({ spec }: IngressObject): readonly string[] {
  const paths = spec?.rules?.flatMap(({ http }) => http?.paths ?? []) ?? [];
  const backends = [spec?.defaultBackend, ...paths.map(({ backend }) => backend)];
  return [...new Set(backends.flatMap((backend) => backend?.service?.name ?? []))];
}

/** Its endpoints come from pods, not from somebody outside. */
const isOurs = (place: { readonly namespace: string | undefined; readonly name: string }, world: Observed): boolean =>
  world.get<Service>({ type: 'Service', ...place })?.spec?.selector !== undefined;

export function hasEndpoint(
  { namespace, name }: { readonly namespace?: string | undefined; readonly name: string },
  world: Observed,
): boolean {
  const slices = world.all<EndpointSlice>('EndpointSlice.discovery.k8s.io', namespace ?? '');
  return slices
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
    .some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false));
}
