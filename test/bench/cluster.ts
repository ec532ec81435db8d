import { cpSync } from 'node:fs';
import path from 'node:path';
import type { Pair } from './pair.ts';
import { benchFolder, program, ROOT, RUNNER } from './programs.ts';

const SPEC = `pattern: kind
kind:
  wait: 20m
  load: [busybox:1, "traefik:v3.6"]
  helm:
    - { release: traefik, chart: ./charts/traefik, timeout: 20m }
    - { release: page, chart: ./charts/page, timeout: 20m }
  checks: [{ name: page, timeout: 20m, http: { host: page.local, contains: hello } }]
  steps_on: host
workspace: { mode: bind }
steps: ["true"]
`;

/** What a person writes who knows the tools: the same charts and images, one thing after the other; the page is asked for until it is there. */
const BY_HAND = `set -eu
name=hand$$
trap 'kind delete cluster --name "$name" >/dev/null 2>&1; rm -f "$name"' EXIT
export KUBECONFIG=$PWD/$name
kind create cluster --name "$name" --image kindest/node:v1.34.4 --wait 20m
kind load docker-image --name "$name" busybox:1 traefik:v3.6
helm install traefik ./charts/traefik --wait --timeout 20m
helm install page ./charts/page --wait --timeout 20m
node=$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$name-control-plane")
port=$(kubectl get service traefik --output 'jsonpath={.spec.ports[0].nodePort}')
curl --fail --silent --retry 1000 --retry-delay 1 --retry-all-errors --header 'Host: page.local' "http://$node:$port/" | grep hello
`;

const cwd = benchFolder({ 'spec.yaml': SPEC, 'by-hand.sh': BY_HAND });
cpSync(path.join(ROOT, 'fixtures/kind/charts'), path.join(cwd, 'charts'), { recursive: true });

/** A cluster from nothing to a page behind its ingress, and to nothing again. */
export const CLUSTER: Pair = {
  name: 'cluster, images, charts, page ÷ kind, kind load, helm, curl by hand',
  target: '≤ 0.75, aim 0.55',
  pairs: 3,
  isCold: true,
  a: { label: 'runner exec', run: program(RUNNER, ['exec', 'spec.yaml', '--progress', 'plain'], { cwd }) },
  b: { label: 'by hand', run: program('sh', ['by-hand.sh'], { cwd }) },
};
