import { expect, test } from 'vitest';
import { entryOf } from '../../../../src/engine/kubernetes/entry.ts';
import type { KubeObject } from '../../../../src/engine/kubernetes/object.ts';
import { Observed } from '../../../../src/engine/kubernetes/observed.ts';
import { object, pod, READY_POD } from './objects.ts';

const NODE: KubeObject = object('Node n1', {
  metadata: { namespace: undefined },
  status: { addresses: [{ type: 'InternalIP', address: '10.0.0.2' }] },
});
const WORKER: KubeObject = object('Node n2', {
  metadata: { namespace: undefined },
  status: { addresses: [{ type: 'InternalIP', address: '10.0.0.3' }] },
});
const CLASS: KubeObject = object('IngressClass fast', {
  metadata: { namespace: undefined },
  spec: { controller: 'traefik.io/ingress-controller' },
});
const INGRESS: KubeObject = object('Ingress page', {
  spec: { ingressClassName: 'fast', rules: [{ host: 'a.local', http: { paths: [{ backend: { service: { name: 'page' } } }] } }] },
});
const nodePort = (name: string, port: number, extra: object = {}): KubeObject =>
  object(`Service ${name}`, { spec: { selector: { app: name }, ports: [{ name: 'web', port, nodePort: 30000 + port, ...extra }] } });
const entry = (objects: readonly KubeObject[], tls = false) => entryOf(new Observed([NODE, ...objects]), { host: 'a.local', tls });

test('a NodePort of the controller leads in', () => {
  expect(entry([INGRESS, CLASS, nodePort('traefik', 80)])).toEqual({
    node: 'n1',
    nodeAddress: '10.0.0.2',
    port: 30080,
    what: 'NodePort 30080 of Service shop/traefik',
  });
});

test('a hostPort of the controller leads in, on the node of its pod', () => {
  const controller = pod('traefik-x', READY_POD, undefined, {
    spec: { nodeName: 'n2', containers: [{ name: 'c', ports: [{ containerPort: 8000, hostPort: 80 }] }] },
  });
  expect(entry([WORKER, INGRESS, CLASS, controller])).toMatchObject({ node: 'n2', nodeAddress: '10.0.0.3', port: 80 });
});

test('with the network of the node, the port of a container leads in', () => {
  const controller = pod('traefik-x', READY_POD, undefined, {
    spec: { nodeName: 'n1', hostNetwork: true, containers: [{ name: 'c', ports: [{ containerPort: 443 }] }] },
  });
  expect(entry([INGRESS, CLASS, controller], true)).toMatchObject({ port: 443 });
});

test('the port for TLS is another one', () => {
  const both = object('Service traefik', {
    spec: {
      ports: [
        { port: 80, nodePort: 31000 },
        { port: 443, nodePort: 31001 },
      ],
    },
  });
  expect(entry([INGRESS, CLASS, both], true)).toMatchObject({ port: 31001 });
});

test('of several ports, the one that is called like the controller of the Ingress is taken', () => {
  expect(entry([INGRESS, CLASS, nodePort('aaa', 80), nodePort('traefik', 80)])).toMatchObject({
    what: 'NodePort 30080 of Service shop/traefik',
  });
});

test('the NodePort of the Service behind the Ingress is no way in', () => {
  expect(entry([INGRESS, CLASS, nodePort('page', 80)])).toMatch(/no pod of an ingress controller has hostPort 80/);
});

test('a Service that only answers on one node is asked there', () => {
  const slice = object('EndpointSlice traefik-a', {
    metadata: { labels: { 'kubernetes.io/service-name': 'traefik' } },
    endpoints: [{ conditions: { ready: true }, nodeName: 'n2' }],
  });
  expect(entry([WORKER, INGRESS, CLASS, nodePort('traefik', 80), slice])).toMatchObject({ node: 'n2' });
});
